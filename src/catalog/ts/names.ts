/** The spellings of a global: bare, and as a property of the names the global object goes by. */

const GLOBAL_OBJECTS = ["window", "globalThis", "self", "global"];

/**
 * "setInterval" as `setInterval`, `window.setInterval`, `globalThis.setInterval`, `self.setInterval` and
 * `global.setInterval`. An argument position is kept: "clearInterval(0)".
 */
export function onGlobal(name: string): string[] {
  return [name, ...GLOBAL_OBJECTS.map((object) => `${object}.${name}`)];
}

/** The same member of several modules or objects: `members(["mysql", "mysql2"], "createPool")`. */
export function members(owners: readonly string[], ...names: string[]): string[] {
  return owners.flatMap((owner) => names.map((name) => `${owner}.${name}`));
}

/** The same method of several types: `methods(["pg.Pool", "pg.Client"], "connect")`. */
export function methods(types: readonly string[], ...names: string[]): string[] {
  return types.flatMap((type) => names.map((name) => `${type}#${name}`));
}
