/** What the user can put right: shown as it is, without a stack trace, with exit code 2. */
export class UserError extends Error {
  override name = "UserError";
}
