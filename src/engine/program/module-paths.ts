/** Paths as files are shown: relative to the working directory or absolute, with `/`; "" is the working directory. */

export function normalPath(path: string): string {
  return path.replace(/^\.\//u, "");
}

export function parentFolder(path: string): string {
  const plain = normalPath(path);
  const slash = plain.lastIndexOf("/");
  return slash < 0 ? "" : plain.slice(0, slash);
}

/** The folders that a file lies in, the nearest first; the last is the working directory or a root's "". */
export function parentFolders(path: string): string[] {
  const folders: string[] = [];
  let folder = parentFolder(path);
  for (; folder !== ""; folder = parentFolder(folder)) folders.push(folder);
  return [...folders, ""];
}

export function join(folder: string, relative: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return (folder.startsWith("/") ? "/" : "") + parts.filter((part) => part !== "").join("/");
}

/** What `*` of a pattern stands for in a specifier, "" for an exact match, null for none. */
export function starOf(pattern: string, specifier: string): string | null {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : null;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits = specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
  return fits ? specifier.slice(before.length, specifier.length - after.length) : null;
}
