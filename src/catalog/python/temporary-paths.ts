/** Temporary files and directories, which stay on disk until somebody removes them, and what names are made of their names. */
import type { CatalogFile } from "../types.js";

const TEMPFILE = "https://docs.python.org/3/library/tempfile.html";
const PATHLIB = "pathlib.Path";

/** What moves something away takes it out of its place. */
const MOVES = ["shutil.move(0)", "os.rename(0)", "os.replace(0)", "os.renames(0)", "#rename", "#replace"];
const REMOVES_FILE = ["os.unlink(0)", "os.remove(0)", "#unlink", ...MOVES, "send2trash.send2trash(0)"];
const HELP = "Remove it in a `finally`, or use tempfile.TemporaryDirectory() or tempfile.NamedTemporaryFile() in a `with`.";

export const temporaryPaths: CatalogFile = {
  language: "python",
  pairs: [
    {
      key: "kept-directory",
      rule: "unclosed-file",
      noun: "temporary directory",
      acquire: ["tempfile.mkdtemp"],
      // In a directory of somebody's own it goes with that.
      unless: [{ argument: "dir", is: "not-none" }, { argument: 2, is: "not-none" }],
      path: true,
      release: [
        "shutil.rmtree(0)", "shutil.rmtree(path=)", "os.rmdir(0)", "os.removedirs(0)", "distutils.dir_util.remove_tree(0)", "#rmtree", "#rmdir", ...MOVES, "send2trash.send2trash(0)",
      ],
      type: "string",
      help: HELP,
      source: `${TEMPFILE}#tempfile.mkdtemp`,
    },
    {
      key: "kept-file",
      rule: "unclosed-file",
      noun: "temporary file",
      acquire: ["tempfile.mkstemp"],
      unless: [{ argument: "dir", is: "not-none" }, { argument: 2, is: "not-none" }],
      elements: [1],
      path: true,
      release: REMOVES_FILE,
      type: "string",
      help: HELP,
      source: `${TEMPFILE}#tempfile.mkstemp`,
    },
    {
      key: "kept-named-file",
      rule: "unclosed-file",
      noun: "temporary file",
      acquire: ["tempfile.NamedTemporaryFile"],
      when: [{ argument: "delete", is: "false" }],
      unless: [{ argument: "dir", is: "not-none" }, { argument: 6, is: "not-none" }],
      path: true,
      parts: ["name"],
      release: REMOVES_FILE,
      scope: "none",
      type: "io.IOBase",
      help: HELP,
      source: `${TEMPFILE}#tempfile.NamedTemporaryFile`,
    },
  ],
  paths: {
    same: [
      "str(0)", "os.fspath(0)", "os.fsencode(0)", "os.fsdecode(0)", "os.path.abspath(0)", "os.path.realpath(0)", "os.path.normpath(0)", "os.path.normcase(0)", "os.path.expanduser(0)", "os.path.expandvars(0)", "os.path.relpath(0)",
      `${PATHLIB}(0)`, "pathlib.PurePath(0)", "pathlib.PosixPath(0)", "pathlib.WindowsPath(0)", "py.path.local(0)", "path.Path(0)", "anyio.Path(0)", "trio.Path(0)", "upath.UPath(0)",
      "*#resolve", "*#absolute", "*#expanduser", "*#as_posix", "*#__fspath__", "*#encode",
    ],
    inside: [
      "os.path.join(0+)", `${PATHLIB}(0+)`, "pathlib.PurePath(0+)", "*#joinpath", "*#with_suffix", "*#with_name", "*#with_stem", "*#iterdir", "*#glob", "*#rglob", "string#format(0+)", "string#join(0)",
      "os.listdir(0)", "os.walk(0)", "os.scandir(0)", "glob.glob(0)", "glob.iglob(0)", "tempfile.mkdtemp(dir=)", "tempfile.mkstemp(dir=)", "tempfile.NamedTemporaryFile(dir=)", "tempfile.TemporaryDirectory(dir=)",
    ],
    around: ["os.path.dirname(0)", "os.path.split(0)"],
    aroundMembers: ["parent", "parents", "dirname"],
    reading: "^_*(?:load|loads|read|parse|hash|checksum|count|measure|size|is|has|check|validate|verify|exists|run|exec|execute|call|compile|print|log|len)",
    removers: ["rm", "rmdir", "rd", "del", "unlink", "trash", "shred", "mv", "move"],
  },
  safe: ["os.chmod", "os.close", "os.path.*"],
  borrows: [
    "shutil.copytree", "shutil.unpack_archive", "shutil.make_archive", "os.makedirs", "os.mkdir", "os.walk", "os.access", "os.path.*", "*#extractall", "os.system", "os.chown", "os.mkfifo", "os.mknod",
  ],
};
