/**
 * Whether what a component file holds is mounted again and again, as far as the program shows it: by the imports that
 * lead to it from pages, routes and lists.
 *
 * The unit is the file: markup of single-file components is only searched for a component's name, and who imports a
 * component mounts it, or hands it on to somebody who does. Nothing is "again" without evidence of it, unless the file
 * is all that is known. What is given up: a component that its only mount shows and hides
 * (`{open && <Dialog/>}`) counts as seldom where that mount stands in a layout or in the page's own component, since a
 * guard that opens once (`{loaded && <Main/>}`) looks the same.
 */
import type { Instruction } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { isPassedBy } from "../program/blocks.js";
import { constantText } from "../program/constants.js";
import { loadedName } from "../program/api.js";
import type { Api } from "../program/api.js";
import { pathGlobs, type PlaceMatcher } from "../program/globs.js";
import type { Package } from "../program/layout.js";
import { push } from "../program/program.js";
import type { Cls, Fn, Mod, Program } from "../program/program.js";
import type { Types } from "../program/types.js";
import { loadsIn } from "../program/variables.js";

/** Components that decide themselves when they show what is in them, by their names; any other is taken to show it all the time. */
const CHOOSES = /Route$|Routes$|Switch|Match|Tab|Modal|Dialog|Drawer|Pop|Menu|Collapse|Accordion|Panel|Transition|Show|When|If$|For$|List|Screen|Stack|Step|Toggle|Visible/u;

/** Files that bundlers' templates start with. */
const ENTRY = /(?:^|\/)(?:main|index|app|client|entry|bootstrap)\.[cm]?[jt]sx?$/u;

/** Indexes of packages hand on what others hand on, so many times. */
const MAXIMUM_INDEXES = 6;

/** Components whose markup is not read. */
export const MARKUP = /\.(?:vue|svelte)$/u;

interface Importer {
  module: Mod;
  /** The local name; null for `import("…")` and re-exports. */
  binding: number | null;
  isLazy: boolean;
  /** Where the import stands; null for re-exports. */
  at: Span | null;
}

export class Mounts {
  private importers: Map<Mod, Importer[]> | null = null;
  private alone: boolean | null = null;
  private keeping: boolean | null = null;
  private readonly fileRouted = new Map<Package, boolean>();
  private pageCounts: ReadonlyMap<string, number> | null = null;
  private readonly memo = new Map<Mod, boolean>();
  private readonly isPage: PlaceMatcher;
  private readonly isLayout: PlaceMatcher;
  private readonly lateModules: ReadonlySet<string>;

  /** @param roots classes and components that start-up code mounts. */
  constructor(private readonly program: Program, private readonly types: Types, private readonly api: Api, private readonly roots: ReadonlySet<Cls | Fn>, private readonly isTest: (module: Mod) => boolean) {
    this.isPage = pathGlobs(api.files.flatMap((file) => file.pages ?? []));
    this.isLayout = pathGlobs(api.files.flatMap((file) => file.layouts ?? []));
    this.lateModules = new Set(api.files.flatMap((file) => file.lateModules ?? []));
  }

  /** The program shows who mounts the module's components, or that it is an application in which nobody does, and none of them is put up repeatedly. */
  isSeldom(module: Mod): boolean {
    return module.facts.language === "ts" && !this.recurs(module);
  }

  private recurs(module: Mod): boolean {
    const known = this.memo.get(module);
    if (known !== undefined) return known;
    this.memo.set(module, false); // A cycle of imports leads nowhere new.
    const found = this.isLayout(module.path) || this.isOnlyPage(module) || this.isKeptAlive(module) || [...this.roots].some((root) => root.module === module) ? false : this.isRoute(module) || this.isMountedAgain(module);
    this.memo.set(module, found);
    return found;
  }

  /** A page, unless all who import it show it whenever they are shown themselves. */
  private isRoute(module: Mod): boolean {
    if (!this.isPage(module.path) || MARKUP.test(module.path) && this.keepsPages()) return false;
    const importers = this.usersOf(module);
    if (importers.length === 0) return this.isRoutedByFiles(module);
    return importers.map((one) => this.named(one)).some((one) => (MARKUP.test(one.module.path) ? !isKeptHidden(one, module) : this.showsSometimes(one)));
  }

  /** Some markup keeps what is in it while it is not shown: told by the tag, since what is in it is not read. */
  private keepsPages(): boolean {
    return this.keeping ??= this.program.modules.some((module) => MARKUP.test(module.path) && !this.isTest(module)
      && this.api.files.some(({ keptAlive }) => keptAlive?.tags.some((tag) => module.text.includes(`<${tag}`)) === true));
  }

  /** Whether files may be routes in the module's package by lying in a folder. Taken to be so where no manifest was read. */
  private isRoutedByFiles(module: Mod): boolean {
    const packages = this.program.packagesOf(module);
    const [nearest] = packages;
    if (!nearest) return true;
    const known = this.fileRouted.get(nearest);
    if (known !== undefined) return known;
    const routers = this.api.files.flatMap((file) => file.fileRouters ?? []);
    const found = routers.some((router) => router.packages.some((name) => packages.some(({ dependencies }) => dependencies.has(name))))
      || this.program.modules.some((other) => this.program.packagesOf(other)[0] === nearest && routers.some(({ imports }) => imports.some((word) => other.text.includes(word))));
    this.fileRouted.set(nearest, found);
    return found;
  }

  /** The one page that its application has: nobody leaves it but by leaving the application. Told by the folder that files route from. */
  private isOnlyPage(module: Mod): boolean {
    this.pageCounts ??= countBy(this.program.modules.filter((each) => ROUTED.test(each.path) && !this.isTest(each)).map(({ path }) => routedFrom(path)));
    return ROUTED.test(module.path) && this.pageCounts.get(routedFrom(module.path)) === 1;
  }

  /** `{tab === "bills" ? <Bills /> : <Home />}` */
  private showsSometimes({ module, binding }: Importer): boolean {
    return binding !== null && loadsIn(module, binding).some(({ fn, value }) => isPassedBy(fn, fn.definition(value)?.block ?? 0));
  }

  private isMountedAgain(module: Mod): boolean {
    const importers = this.usersOf(module);
    // Of a file by itself the mounts are elsewhere.
    if (importers.length === 0) return this.isAlone() || !this.isEntry(module) && this.isLoadedByText(module);
    return importers.map((one) => this.named(one)).some((one) => one.isLazy && !isKeptHidden(one, module) && !this.isLazyFrame(one) || this.handsOn(one) || isMentioned(one) && !this.isRootOnly(one) && this.recurs(one.module));
  }

  /** `loadChildren: "./admin/admin.module#AdminModule"`; or `import("../admin.module")` in a decorator's arguments, which are not read as code. */
  private isLoadedByText(module: Mod): boolean {
    const late = module.classes.filter((cls) => cls.facts.decorators.some(({ path }) => path !== null && this.lateModules.has(path)));
    const file = /[^/]*(?=\.\w+$)/u.exec(module.path)?.[0] ?? "";
    return late.length > 0 && file !== "" && this.program.modules.some(({ text }) => text.includes(`/${file}")`) || text.includes(`/${file}')`) || late.some((cls) => text.includes(`#${cls.name}`)));
  }

  /** The importer puts it into a table of routes, into a list, or gives it to code that may mount it at any time. */
  private handsOn({ module, binding }: Importer): boolean {
    if (binding === null) return false;
    if (this.isEntry(module)) return false;
    return loadsIn(module, binding).some(({ fn, value }) =>
      fn.uses(value).some((use) => use.kind === "instruction" && !isPlainUse(fn, use.site.instruction, value) && !this.isRootUse(fn, use.site.instruction) && !this.isFrame(fn, use.site.instruction) && !this.isPart(fn, use.site.instruction, value)));
  }

  /** `const Clock = lazy(() => import("../Clock"))`: from there on it is a component like one that is imported at once. */
  private named(importer: Importer): Importer {
    const loader = importer.isLazy ? this.loaderOf(importer) : null;
    if (!loader) return importer;
    for (const use of loader.fn.uses(loader.value)) {
      if (use.kind !== "instruction" || use.site.instruction.op !== "call") continue;
      for (const made of loader.fn.uses(use.site.instruction.out)) {
        if (made.kind === "instruction" && made.site.instruction.op === "store" && made.site.instruction.place.kind === "binding") return { ...importer, binding: made.site.instruction.place.binding, isLazy: false };
      }
    }
    return importer;
  }

  /** The function around an `import("…")`, as a value of the function that it stands in. */
  private loaderOf({ module, at }: Importer): { fn: Fn; value: number } | null {
    const loader = at === null ? undefined : module.functions.find(({ facts }) => facts.kind === "lambda" && facts.at[0] <= at[0] && at[1] <= facts.at[1]);
    const fn = loader?.parent ?? null;
    const made = fn && [...fn.sites()].find(({ instruction }) => instruction.op === "closure" && instruction.function === loader?.id)?.instruction;
    return fn && made?.op === "closure" ? { fn, value: made.out } : null;
  }

  /** `const Frame = () => import("../Frame.vue")` in a table of routes that has others inside it. */
  private isLazyFrame(importer: Importer): boolean {
    const loader = this.loaderOf(importer);
    if (!loader) return false;
    const uses = loader.fn.uses(loader.value).flatMap((use) => {
      if (use.kind !== "instruction") return [];
      const { instruction } = use.site;
      return instruction.op !== "store" || instruction.place.kind !== "binding" ? [{ fn: loader.fn, instruction }] : loadsIn(importer.module, instruction.place.binding).flatMap(({ fn, value }) =>
        fn.uses(value).flatMap((one) => (one.kind === "instruction" ? [{ fn, instruction: one.site.instruction }] : [])));
    });
    return uses.length > 0 && uses.every(({ fn, instruction }) => this.isFrame(fn, instruction));
  }

  /** `components: { Clock }`, `mixins: [Clock]` of a single-file component: its own markup shows it, or it is a part of it. */
  private isPart(fn: Fn, user: Instruction, value: number): boolean {
    return MARKUP.test(fn.module.path) && user.op === "collection" && (isUnder(fn, user, value, this.api.parts) || isListedUnder(fn, user.out, this.api.parts));
  }

  /** `{ path: "", component: Frame, children: […] }`, `{ element: <Frame />, children }`: what is around other pages stays while they change. */
  private isFrame(fn: Fn, user: Instruction): boolean {
    if (user.op === "operation") return fn.uses(user.out).some((use) => use.kind === "instruction" && this.isFrame(fn, use.site.instruction));
    return user.op === "collection" && user.elements.some(({ key }) => this.api.nests.has(constantText(fn, key) ?? "")) && !this.isNested(fn, user.out);
  }

  /** The entry stands among those inside another one: it goes when that shows the next. */
  private isNested(fn: Fn, entry: number): boolean {
    return fn.uses(entry).some((use) => use.kind === "instruction" && use.site.instruction.op === "collection" && isListedUnder(fn, use.site.instruction.out, this.api.nests));
  }

  /** `createRoot(element).render(<Tool />)`, also in a function that the page calls: the page's own, as far as is seen. */
  private isRootUse(fn: Fn, user: Instruction): boolean {
    if (user.op === "call") return this.api.roots.match(fn, user, this.types).length > 0 || this.isRootRender(fn);
    const uses = user.op === "operation" ? fn.uses(user.out) : [];
    return uses.length > 0 && uses.every((use) => use.kind === "instruction" && (use.site.instruction.op === "operation" || use.site.instruction.op === "call") && this.isRootUse(fn, use.site.instruction));
  }

  /** `new Vue({ render: (h) => h(App) })`: the function stands in the options of a root that the page makes. */
  private isRootRender({ facts, parent, id }: Fn): boolean {
    if (facts.kind !== "lambda" || parent?.facts.kind !== "module") return false;
    return [...parent.sites()].some(({ instruction }) => instruction.op === "closure" && instruction.function === id && parent.uses(instruction.out).some((use) =>
      use.kind === "instruction" && use.site.instruction.op === "collection" && parent.uses(use.site.instruction.out).some((options) =>
        options.kind === "instruction" && options.site.instruction.op === "call" && this.api.roots.match(parent, options.site.instruction, this.types).length > 0)));
  }

  /** All that the importer does with it is to put it up as a root. */
  private isRootOnly({ module, binding }: Importer): boolean {
    const uses = binding === null ? [] : loadsIn(module, binding).flatMap(({ fn, value }) => fn.uses(value).map((use) => ({ fn, use })));
    return uses.length > 0 && uses.every(({ fn, use }) => use.kind === "instruction" && this.isRootUse(fn, use.site.instruction));
  }

  /** A file that nobody imports and that gives nothing away, but for what it has made: a bundle's first. */
  private isEntry(module: Mod): boolean {
    const { exports } = module.facts;
    return exports.every((one) => one.name === "default" && !one.from && ENTRY.test(module.path)) && this.importersOf(module).length === 0 && !this.isTest(module);
  }

  private isAlone(): boolean {
    return (this.alone ??= this.program.modules.filter((module) => module.facts.language === "ts" && !this.isTest(module)).length === 1);
  }

  /** Its hooks say that it is put aside and shown again, and so seldom mounted. */
  private isKeptAlive(module: Mod): boolean {
    return this.api.files.some(({ keptAlive }) => keptAlive !== undefined && (
      module.classes.some((cls) => cls.facts.methods.some((method) => keptAlive.methods.includes(method.name)))
      || module.functions.some((fn) => [...fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction.path !== null && keptAlive.calls.includes(instruction.path)))));
  }

  /** Its importers, tests aside. */
  private usersOf(module: Mod): Importer[] {
    return this.importersOf(module).filter((one) => !this.isTest(one.module));
  }

  private importersOf(module: Mod): readonly Importer[] {
    if (!this.importers) {
      const importers = new Map<Mod, Importer[]>();
      const add = (target: Mod, importer: Importer): void => {
        if (target !== importer.module) push(importers, target, importer);
      };
      for (const from of this.program.modules) {
        if (from.facts.language !== "ts") continue;
        for (const { module: specifier, name, binding, typeOnly, at } of from.facts.imports) {
          if (typeOnly) continue;
          const target = this.program.resolve(from, specifier);
          // Who takes one thing out of a package's index imports the file that has it, not whatever the index hands on.
          if (target) add(binding === null || name === null ? target : this.fileOf(target, name, 0), { module: from, binding, isLazy: binding === null, at });
        }
        for (const one of from.facts.exports) {
          const target = one.from ? this.program.resolve(from, one.from.module) : null;
          if (target) add(target, { module: from, binding: null, isLazy: false, at: null });
        }
      }
      this.importers = importers;
    }
    return this.importers.get(module) ?? [];
  }

  /** The file that has what a module exports by the name, through re-exports by name and of everything. */
  private fileOf(module: Mod, name: string, depth: number): Mod {
    for (const one of depth > MAXIMUM_INDEXES ? [] : module.facts.exports) {
      if (one.name !== name && one.name !== "*") continue;
      const imported = one.from ?? module.facts.imports.find(({ binding }) => binding !== null && binding === one.binding);
      const target = imported ? this.program.resolve(module, imported.module) : null;
      if (!target || one.name === "*" && !this.exports(target, name, depth + 1)) continue;
      return this.fileOf(target, one.name === "*" ? name : imported?.name ?? name, depth + 1);
    }
    return module;
  }

  private exports(module: Mod, name: string, depth: number): boolean {
    return module.facts.exports.some((one) => {
      const target = one.name === "*" && one.from && depth < MAXIMUM_INDEXES ? this.program.resolve(module, one.from.module) : null;
      return one.name === name || target !== null && this.exports(target, name, depth + 1);
    });
  }
}

/** A table has the value under one of the keys. */
function isUnder(fn: Fn, table: Instruction, value: number, keys: ReadonlySet<string>): boolean {
  return table.op === "collection" && table.elements.some((one) => one.value === value && keys.has(constantText(fn, one.key) ?? ""));
}

function isListedUnder(fn: Fn, list: number, keys: ReadonlySet<string>): boolean {
  return fn.uses(list).some((use) => use.kind === "instruction" && isUnder(fn, use.site.instruction, list, keys));
}

/** A page that is one by its own name, in the folder that its framework routes from. */
const ROUTED = /\/(?:routes|app)\/(?:.*\/)?\+?page\.(?:svelte|[jt]sx)$/u;

function routedFrom(path: string): string {
  return path.replace(/\/(?:routes|app)\/.*$/u, "");
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** `<Home v-show="tab === 'home'" />` wherever the markup names it: hidden, it stays. Told by the file's name where a loader is the component. */
function isKeptHidden({ module, binding }: Importer, shown: Mod): boolean {
  if (!MARKUP.test(module.path)) return false;
  const name = (binding === null ? undefined : module.binding(binding)?.name) ?? shown.path.replace(/^.*\//u, "").replace(/\.\w+$/u, "");
  const tags = [...module.text.matchAll(new RegExp(`<(?:${name.replaceAll("$", "\\$")}|${kebabOf(name)})(?=[\\s/>])(?<attributes>[^>]*)`, "gu"))].map(({ groups }) => groups?.["attributes"] ?? "");
  return tags.length > 0 && tags.every((attributes) => /\sv-show\s*=/u.test(attributes) && !/\sv-for\s*=/u.test(attributes));
}

function kebabOf(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, "-").toLowerCase();
}

/** Whether a single-file component, whose markup is not read, says the name again after importing it, as `<MyPart` or `<my-part`. */
function isMentioned({ module, binding }: Importer): boolean {
  const name = binding === null || !MARKUP.test(module.path) ? undefined : module.binding(binding)?.name;
  if (name === undefined) return true;
  return module.text.includes(`<${kebabOf(name)}`) || module.text.split(new RegExp(`(?<![\\w$./-])${name.replaceAll("$", "\\$")}(?![\\w$.-])`, "u")).length > 2;
}

/** An element that stands where it is always shown, a call of it (a hook, a helper), or a look at what it has beside: `Panel.styles`. */
function isPlainUse(fn: Fn, user: Instruction, value: number): boolean {
  if (user.op === "load") return user.place.kind === "field" && user.place.object === value && /^[a-z_]/u.test(user.place.name);
  if (user.op === "call") return user.callee === value || user.receiver === value;
  return user.op === "operation" && user.inputs[0] === value && isShownWith(fn, user.out, 0);
}

/** The element is only ever a child of elements and components that show it all the time, in the component that returns it. */
function isShownWith(fn: Fn, element: number, depth: number): boolean {
  if (fn.facts.kind === "lambda" && fn.parent?.facts.kind !== "module") return false;
  return depth < 12 && fn.uses(element).every((use) => {
    if (use.kind !== "instruction") return true;
    const user = use.site.instruction;
    if (user.op !== "operation") return user.op === "store";
    const [tag] = user.inputs;
    const name = tag === undefined ? "" : loadedName(fn, tag);
    // Plain elements have no tag among their inputs: the first one is what they hold.
    return (!/^[A-Z]/u.test(name) || !CHOOSES.test(name)) && isShownWith(fn, user.out, depth + 1);
  });
}
