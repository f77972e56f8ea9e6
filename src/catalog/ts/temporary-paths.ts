/** Temporary directories, which stay on disk until somebody removes them, and what names are made of their names. */
import type { CatalogFile } from "../types.js";
import { members } from "./names.js";

const FS = ["fs", "fs.promises", "fs/promises", "fs-extra", "graceful-fs"];
const paths = (...names: string[]): string[] => members(["path", "path.posix", "path.win32"], ...names);

export const temporaryPaths: CatalogFile = {
  language: "ts",
  pairs: [
    {
      key: "kept-directory",
      rule: "unclosed-file",
      noun: "temporary directory",
      acquire: ["fs.mkdtempSync", "fs-extra.mkdtempSync", "fs-extra.mkdtemp", "fs.promises.mkdtemp", "fs/promises.mkdtemp"],
      path: true,
      release: [
        ...members(FS, "rm", "rmSync", "rmdir", "rmdirSync", "remove", "removeSync", "rename", "renameSync", "move", "moveSync").map((call) => `${call}(0)`),
        "rimraf(0)", "rimraf.default(0)", "rimraf.rimraf(0)", "rimraf.sync(0)", "rimraf.rimrafSync(0)", "rimraf.default.sync(0)", "del.default(0)", "del.deleteAsync(0)", "del.deleteSync(0)",
      ],
      type: "string",
      help: "Remove it in a `finally`: fs.rmSync($, { recursive: true, force: true }).",
      source: "https://nodejs.org/api/fs.html#fsmkdtempsyncprefix-options",
    },
  ],
  paths: {
    same: [...paths("normalize", "toNamespacedPath").map((call) => `${call}(0)`), "String(0)", ...members(FS, "realpath", "realpathSync").map((call) => `${call}(0)`), "url.pathToFileURL(0)"],
    inside: [...paths("join", "resolve").map((call) => `${call}(0+)`), ...members(FS, "readdir", "readdirSync").map((call) => `${call}(0)`), "string#concat(0)"],
    around: paths("dirname").map((call) => `${call}(0)`),
    aroundMembers: [],
    reading: "^(?:load|read|parse|hash|checksum|count|measure|size|is|has|check|validate|verify|exists|run|exec|spawn|compile|log)",
    removers: ["rm", "rmdir", "rd", "del", "unlink", "trash", "mv", "move"],
  },
  borrows: [
    ...members(FS, "mkdir", "mkdirSync", "access", "accessSync", "stat", "statSync", "lstat", "lstatSync", "existsSync", "pathExists", "copy", "copySync", "cp", "cpSync", "copyFile", "copyFileSync", "ensureDir", "ensureDirSync", "outputFile", "outputFileSync", "writeJson", "writeJsonSync", "readJson", "chmod", "chmodSync"),
    ...paths("basename", "extname", "relative", "parse", "isAbsolute"),
    ...members(["child_process"], "exec", "execSync", "execFile", "execFileSync", "spawnSync"),
  ],
};
