/** The process as the command line sees it; tests pass their own. */
export interface Io {
  /** Absolute. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdout: (text: string | Uint8Array) => void;
  stderr: (text: string) => void;
  stdoutIsTerminal: boolean;
  stderrIsTerminal: boolean;
  /** All of standard input. */
  stdin: () => Promise<Buffer>;
}

/** Whether to colour what goes to a terminal: the flag, then NO_COLOR and FORCE_COLOR, then what stdout is. */
export function wantsColor(flag: boolean | undefined, io: Io): boolean {
  if (flag !== undefined) return flag;
  if (isSet(io.env["NO_COLOR"])) return false;
  if (isSet(io.env["FORCE_COLOR"])) return io.env["FORCE_COLOR"] !== "0";
  return io.stdoutIsTerminal && io.env["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
