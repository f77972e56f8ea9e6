/** Names that tell of an end: of functions, events, and promises. */

/** Whether a word in the name of a function or event tells of an end: `onClosed`, `stream_end`; not `sendPing`. */
export function tellsOfEnd(name: string): boolean {
  return wordsOf(name).some((word) => ENDING.test(word));
}

/** The same for a promise, which may also tell that something is called off: `cancelled`, `abortPromise`. */
export function promisesEnd(name: string): boolean {
  return wordsOf(name).some((word) => ENDING.test(word) || CALLED_OFF.test(word));
}

function wordsOf(name: string): string[] {
  return name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/u);
}

const ENDING = /^(?:clos|end(?:s|ed|ing)?$|exit|disconnect|destroy|finish|dispos|stop|unload|terminat|teardown|shutdown|shut$|unmount|clean)/iu;
const CALLED_OFF = /^(?:abort|cancel|kill|quit|died$|dead$|crash|fatal)/iu;
