/** Names that belong together as doing and undoing. */

/** First words that belong together, beside those that only a prefix tells apart. */
const OPPOSITES: readonly (readonly [does: RegExp, undoes: RegExp])[] = [
  [/^(?:start|begin|listen)$/u, /^(?:stop|end|finish)$/u], [/^attach$/u, /^detach$/u], [/^enable$/u, /^disable$/u], [/^open$/u, /^close$/u], [/^show$/u, /^hide$/u],
  [/^(?:add|register|bind)$/u, /^(?:remove|delete)$/u], [/^on$/u, /^off$/u], [/^enter$/u, /^(?:leave|exit)$/u], [/^resume$/u, /^suspend$/u],
  [/^(?:init|initialize|initialise|setup)$/u, /^(?:reset|teardown|cleanup|destroy|dispose|shutdown)$/u], [/^create$/u, /^(?:destroy|dispose)$/u],
];

/** `subscribe` and `unsubscribe`, `activate` and `deactivate`, `connect` and `disconnect`. */
const PREFIX = /^(?:un|de|dis)(?<stem>[a-z]{3,})$/u;

export function areHalves(doing: string, undoing: string): boolean {
  const [[does, ...what], [undoes, ...whose]] = [wordsOf(doing), wordsOf(undoing)];
  if (does === undefined || undoes === undefined || whose.length > 0 && whose.join(" ") !== what.join(" ")) return false;
  return PREFIX.exec(undoes)?.groups?.["stem"] === does || OPPOSITES.some(([one, other]) => one.test(does) && other.test(undoes));
}

/** `_tearDown` and `tear_down` begin with "teardown". */
function wordsOf(name: string): string[] {
  const words = name.replace(/^[_$#]+/u, "").split(/_+|(?<=[a-z\d])(?=[A-Z])/u).map((word) => word.toLowerCase());
  const [first = "", second = "", ...rest] = words;
  return /^(?:set|tear|clean|shut)$/u.test(first) && /^(?:up|down)$/u.test(second) ? [first + second, ...rest] : words;
}
