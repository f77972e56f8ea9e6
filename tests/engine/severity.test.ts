import { NO_LAYOUT } from "../../src/engine/program/layout.js";
import { lint, readFile } from "../harness/lint.js";

/** Severities of all findings, by file. */
function severities(files: Record<string, string>, dependencies: readonly string[] | null = null): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const layout = dependencies === null ? NO_LAYOUT : { ...NO_LAYOUT, packages: new Map([["", { folder: "", name: "shop", exports: undefined, imports: undefined, entries: [], dependencies: new Set(dependencies) }]]) };
  for (const { path, severity } of lint(Object.entries(files).map(([path, text]) => readFile({ path, text })), layout)) (found[path] ??= []).push(severity);
  return found;
}

/** Of a Vue component no listener is high; what its set-up comes too late for is medium where it is put up repeatedly, else low. */
const clock = 'import { onMounted } from "vue";\nimport { useEventListener } from "@vueuse/core";\nonMounted(async () => { await fetch("/"); useEventListener(window, "resize", () => console.log(1)); });';
const vue = (imports: string, markup = ""): string => `<template>${markup}</template>\n<script setup>\n${imports}\n</script>`;
const Clock = vue(clock);
const effect = 'import { useEffect } from "react";\nexport function Clock() {\n  useEffect(() => { window.addEventListener("resize", () => console.log(1)); }, []);\n  return <p />;\n}\n';

describe("a listener of a mount is high where the component is put up repeatedly", () => {
  test("by itself nobody knows better; of a library's nobody knows at all", () => {
    expect(severities({ "Clock.vue": Clock })).toEqual({ "Clock.vue": ["medium"] });
    expect(severities({ "lib/Clock.vue": Clock, "lib/index.js": 'export { default as Clock } from "./Clock.vue";' })).toEqual({ "lib/Clock.vue": ["low"] });
  });

  test("one that is kept while it is not shown is seldom put up", () => {
    const page = (hook: string): Record<string, string> => ({
      "src/main.js": 'import App from "./App.vue";\nstart(App);', "src/App.vue": vue(""),
      "src/pages/Clock.vue": vue(clock + hook),
      "src/routes.js": 'export const pages = import.meta.glob("./pages/*.vue");',
    });
    expect(severities(page(""), ["vue"])).toEqual({ "src/pages/Clock.vue": ["medium"] });
    expect(severities(page('\nimport { onActivated } from "vue";\nonActivated(() => console.log(2));'), ["vue"])).toEqual({ "src/pages/Clock.vue": ["low"] });
    expect(severities({ ...page(""), "src/pages/Clock.vue": '<script>\nimport { useEventListener } from "@vueuse/core";\nexport default { name: "clock", methods: { show() { this.shown = true; } }, async mounted() { await fetch("/"); useEventListener(window, "resize", () => console.log(1)); }, deactivated() { console.log(2); } };\n</script>' }, ["vue"])).toEqual({ "src/pages/Clock.vue": ["low"] });
    const kept = vue("", '<router-view v-slot="{ Component }"><keep-alive><component :is="Component" /></keep-alive></router-view>');
    expect(severities({ ...page(""), "src/App.vue": kept }, ["vue"])).toEqual({ "src/pages/Clock.vue": ["low"] });
  });

  test("a routed page, and what it shows", () => {
    expect(severities({ "src/main.js": 'import App from "./App.vue";\nstart(App);', "src/App.vue": vue(""), "src/pages/Home.vue": vue('import Clock from "../Clock.vue";', "<Clock />"), "src/Clock.vue": Clock }))
      .toEqual({ "src/Clock.vue": ["medium"] });
  });

  test("what a component with options names is shown by its own markup, or a part of it", () => {
    const options = (text: string): string => `<template><Clock /></template>\n<script>\nimport Clock from "./Clock.vue";\nexport default { ${text} };\n</script>`;
    const app = { "src/main.js": 'import App from "./App.vue";\nstart(App);', "src/Clock.vue": Clock };
    for (const text of ["components: { Clock }", "mixins: [Clock]", "extends: Clock"]) expect(severities({ ...app, "src/App.vue": options(text) })).toEqual({ "src/Clock.vue": ["low"] });
    expect(severities({ ...app, "src/App.vue": options("data() { return { shown: [Clock] }; }") })).toEqual({ "src/Clock.vue": ["medium"] });
  });

  test("what the options of a root render is the page's own", () => {
    const main = (options: string): string => `import Vue from "vue";\nimport Clock from "./Clock.vue";\nexport default ${options};\n`;
    expect(severities({ "src/public.js": main('new Vue({ el: "#content", render: (h) => h(Clock) })'), "src/Clock.vue": Clock })).toEqual({ "src/Clock.vue": ["low"] });
    expect(severities({ "src/public.js": main('{ name: "List", render: (h) => h(Clock) }'), "src/Clock.vue": Clock })).toEqual({ "src/Clock.vue": ["medium"] });
  });

  test("a file in a folder of pages is none where nothing routes by files", () => {
    const app = { "src/main.js": 'import App from "./App.vue";\nstart(App);', "src/App.vue": vue(""), "src/pages/Clock.vue": Clock };
    expect(severities(app, ["vue"])).toEqual({ "src/pages/Clock.vue": ["low"] });
    expect(severities(app, ["vue", "unplugin-vue-router"])).toEqual({ "src/pages/Clock.vue": ["medium"] });
    expect(severities({ ...app, "src/routes.js": 'export const pages = import.meta.glob("./pages/*.vue");' }, ["vue"])).toEqual({ "src/pages/Clock.vue": ["medium"] });
  });

  test("what is only hidden stays, and what is only loaded late is shown like any other", () => {
    const app = { "src/main.js": 'import App from "./App.vue";\nstart(App);', "src/Clock.vue": Clock };
    const late = 'import { defineAsyncComponent } from "vue";\nconst Clock = defineAsyncComponent(() => import("./Clock.vue"));';
    expect(severities({ ...app, "src/App.vue": vue(late, "<Clock />") })).toEqual({ "src/Clock.vue": ["low"] });
    const page = (markup: string): Record<string, string> => ({ ...app, "src/App.vue": vue('import Clock from "./screens/Clock.vue";', markup), "src/screens/Clock.vue": Clock, "src/Clock.vue": vue("") });
    expect(severities(page("<Clock v-if=\"loaded('clock')\" v-show=\"tab === 'clock'\" />"))).toEqual({ "src/screens/Clock.vue": ["low"] });
    expect(severities(page("<Clock v-if=\"tab === 'clock'\" />"))).toEqual({ "src/screens/Clock.vue": ["medium"] });
    // Under another name, also for a file of a folder of screens that is loaded late.
    const named = (markup: string): Record<string, string> => ({ ...app, "src/App.vue": vue('import { defineAsyncComponent } from "vue";\nconst Time = defineAsyncComponent(() => import("./screens/ClockScreen.vue"));', markup), "src/screens/ClockScreen.vue": Clock, "src/Clock.vue": vue("") });
    expect(severities(named("<Time v-if=\"loaded('clock')\" v-show=\"tab === 'clock'\" />"))).toEqual({ "src/screens/ClockScreen.vue": ["low"] });
    expect(severities(named("<Time v-if=\"tab === 'clock'\" />"))).toEqual({ "src/screens/ClockScreen.vue": ["medium"] });
  });

  test("of routes with others inside them the outermost stays", () => {
    const routes = (inner: string): string => `const Frame = () => import("./Frame.vue");\nexport const routes = [{ path: "/", component: Frame, children: [${inner}] }];`;
    const app = { "src/main.js": 'import { routes } from "./routes";\nstart(routes);', "src/Frame.vue": Clock };
    expect(severities({ ...app, "src/routes.js": routes('{ path: "a", component: () => import("./A.vue") }'), "src/A.vue": Clock })).toEqual({ "src/Frame.vue": ["low"], "src/A.vue": ["medium"] });
    expect(severities({ ...app, "src/routes.js": routes('{ path: "a", component: () => import("./A.vue"), children: [{ path: "b", component: B }] }'), "src/A.vue": Clock })).toEqual({ "src/Frame.vue": ["low"], "src/A.vue": ["medium"] });
  });

  test("who takes something else out of an index does not show it", () => {
    const app = { "src/main.js": 'import App from "./App.vue";\nstart(App);', "src/Clock.vue": Clock, "src/Rate.vue": vue(""), "src/parts.js": 'export { default as Clock } from "./Clock.vue";\nexport { default as Rate } from "./Rate.vue";', "src/App.vue": vue('import { Clock } from "./parts";', "<Clock />") };
    expect(severities({ ...app, "src/pages/Home.vue": vue('import { Rate } from "../parts";', "<Rate />") })).toEqual({ "src/Clock.vue": ["low"] });
    expect(severities({ ...app, "src/pages/Home.vue": vue('import { Clock } from "../parts";', "<Clock />") })).toEqual({ "src/Clock.vue": ["medium"] });
  });

  test("the page's own component, what it alone shows, and what nobody shows are seldom", () => {
    const app = { "src/main.js": 'import App from "./App.vue";\nstart(App);', "src/Clock.vue": Clock };
    expect(severities({ ...app, "src/App.vue": vue('import Clock from "./Clock.vue";', "<Clock />") })).toEqual({ "src/Clock.vue": ["low"] });
    expect(severities({ ...app, "src/App.vue": vue("") })).toEqual({ "src/Clock.vue": ["low"] });
    expect(severities({ ...app, "src/App.vue": vue(""), "src/pages/Home.vue": vue('import Clock from "../Clock.vue";') })).toEqual({ "src/Clock.vue": ["low"] });
  });

  test("a layout stays while its pages change", () => {
    expect(severities({ "src/routes/+layout.svelte": '<script>\nimport { onMount } from "svelte";\nonMount(() => { setInterval(() => console.log(1), 10); });\n</script>' }))
      .toEqual({ "src/routes/+layout.svelte": ["medium"] });
  });

  test("what a function of a page's entry puts up as a root is mounted once for the page", () => {
    const main = (body: string): string => `import { createRoot } from "react-dom/client";\nimport { Clock } from "./Clock";\nexport class Tool {\n  load(element: Element) { ${body} }\n}\n`;
    expect(severities({ "src/tool.tsx": main("createRoot(element).render(<Shell><Clock /></Shell>);"), "src/Clock.tsx": effect })).toEqual({ "src/Clock.tsx": ["medium"] });
    expect(severities({ "src/tool.tsx": main("this.tabs.push(<Clock />);"), "src/Clock.tsx": effect })).toEqual({ "src/Clock.tsx": ["high"] });
  });

  test("what a module's variable had before goes when functions put something else in", () => {
    const room = (let_: string): string => `import { useEffect } from "react";\nimport { connect } from "meetings";\n${let_}\nexport function Room() {\n  useEffect(() => { client.on("joined", (user) => console.log(user)); }, []);\n  return <p />;\n}\n`;
    expect(severities({ "Room.tsx": room("const client = connect();") })).toEqual({ "Room.tsx": ["high"] });
    expect(severities({ "Room.tsx": room("let client = connect();\nexport function start() { client = connect(); }") })).toEqual({ "Room.tsx": ["medium"] });
  });

  test("what is named for a side of the frame around pages stays, too", () => {
    const bar = { "src/main.js": 'import { routes } from "./routes";\nstart(routes);', "src/routes.js": 'export const routes = [{ path: "/", component: () => import("./Layout.vue") }];' };
    for (const name of ["AppSidebar.vue", "Header.vue"]) {
      expect(severities({ ...bar, [`src/${name}`]: Clock, "src/Layout.vue": vue(`import Bar from "./${name}";`, "<Bar />") })).toEqual({ [`src/${name}`]: ["low"] });
    }
  });

  test.each([
    ["a route", '<Router><Route path="/" element={<Clock />} /></Router>', "high"],
    ["a list", "<ul>{[1, 2].map((key) => <Clock key={key} />)}</ul>", "high"],
    ["a component that decides itself what it shows", "<Tabs><Clock /></Tabs>", "high"],
    ["plain markup, beside a variable", "<main>{menuList}<Clock /></main>", "medium"],
    ["plain markup and providers", "<StoreProvider><main><Clock /></main></StoreProvider>", "medium"],
  ])("in %s", (_, markup, expected) => {
    const App = `import { Clock } from "./Clock";\nimport { Route, Router, StoreProvider, Tabs } from "kit";\nexport function App() { return ${markup}; }\n`;
    expect(severities({ "src/main.tsx": 'import { createRoot } from "react-dom/client";\nimport { App } from "./App";\ncreateRoot(document.body).render(<App />);', "src/App.tsx": App, "src/Clock.tsx": effect }))
      .toEqual({ "src/Clock.tsx": [expected] });
  });

  test.each([
    ["plainly", "<main><Clock /></main>", "medium"],
    ["on one of two ways", "<main>{tab === 1 ? <Clock /> : null}</main>", "high"],
  ])("a file in a folder of pages that the page's own component shows %s", (_, markup, expected) => {
    const App = `import { Clock } from "./pages/Clock";\nexport function App({ tab }: { tab?: number }) { return ${markup}; }\n`;
    expect(severities({ "src/main.tsx": 'import { createRoot } from "react-dom/client";\nimport { App } from "./App";\ncreateRoot(document.body).render(<App />);', "src/App.tsx": App, "src/pages/Clock.tsx": effect }))
      .toEqual({ "src/pages/Clock.tsx": [expected] });
  });

  test.each([
    ["the application's component imports", 'import { bootstrapApplication } from "@angular/platform-browser";\nimport { AppComponent } from "./app.component";\nbootstrapApplication(AppComponent);', "medium"],
    ["the first module declares", 'import { platformBrowser } from "@angular/platform-browser";\nimport { AppModule } from "./app.module";\nplatformBrowser().bootstrapModule(AppModule);', "medium"],
    ["a module declares that a route loads", 'import { platformBrowser } from "@angular/platform-browser";\nimport { RootModule } from "./root.module";\nplatformBrowser().bootstrapModule(RootModule);', "high"],
  ])("an Angular component that %s", (_, main, expected) => {
    const [component, core] = ["@Component({ selector: 'app-x', template: '' })", 'import { Component } from "@angular/core";'];
    expect(severities({
      "src/main.ts": main,
      ...main.includes("Module") && { "src/root.module.ts": 'import { NgModule } from "@angular/core";\nimport { RouterModule } from "@angular/router";\n@NgModule({ imports: [RouterModule.forRoot([{ path: "", loadChildren: () => import("./app.module").then((all) => all.AppModule) }])] })\nexport class RootModule {}' },
      ...main.includes("Module") && { "src/app.module.ts": 'import { NgModule } from "@angular/core";\nimport { AppComponent } from "./app.component";\nimport { Crumbs } from "./crumbs.component";\n@NgModule({ declarations: [AppComponent, Crumbs] })\nexport class AppModule {}' },
      "src/app.component.ts": `${core}\n${main.includes("bootstrapApplication") ? 'import { Crumbs } from "./crumbs.component";' : ""}\n${component}\nexport class AppComponent {}`,
      "src/crumbs.component.ts": `${core}\nimport { Router } from "@angular/router";\n${component}\nexport class Crumbs {\n  constructor(router: Router) { router.events.subscribe(() => console.log(1)); }\n}`,
    })).toEqual({ "src/crumbs.component.ts": [expected] });
  });

  test("an Angular module that a route names by text is loaded late; of one that nobody names it is not known", () => {
    const files = (routes: string): Record<string, string> => ({
      "src/main.ts": routes,
      "src/shop/shop.module.ts": 'import { NgModule } from "@angular/core";\nimport { Basket } from "./basket";\n@NgModule({ declarations: [Basket] })\nexport class ShopModule {}',
      "src/shop/basket.ts": 'import { Component } from "@angular/core";\nimport { Router } from "@angular/router";\n@Component({ selector: "app-basket", template: "" })\nexport class Basket {\n  constructor(router: Router) { router.events.subscribe(() => console.log(1)); }\n}',
    });
    expect(severities(files('export const routes = [{ path: "shop", loadChildren: "./shop/shop.module#ShopModule" }];'))).toEqual({ "src/shop/basket.ts": ["high"] });
    expect(severities(files("export const routes = [];"))).toEqual({ "src/shop/basket.ts": ["medium"] });
  });

  test("an Angular frame around pages, and what it alone shows, is seldom; the pages in it are not", () => {
    const component = (name: string, more = "", imports = ""): string => `import { Component } from "@angular/core";\nimport { Router } from "@angular/router";\n${imports}\n@Component({ selector: "app-x", template: ""${more} })\nexport class ${name} {\n  constructor(router: Router) { router.events.subscribe(() => console.log(1)); }\n}`;
    const module = (imports: string, body: string, name: string): string => `import { NgModule } from "@angular/core";\n${imports}\n@NgModule(${body})\nexport class ${name} {}`;
    expect(severities({
      "src/main.ts": 'import { platformBrowser } from "@angular/platform-browser";\nimport { AppModule } from "./app.module";\nplatformBrowser().bootstrapModule(AppModule);',
      "src/app.module.ts": module('import { Pages } from "./pages.module";', "{ imports: [Pages] }", "AppModule"),
      "src/pages.module.ts": module('import { RouterModule } from "@angular/router";\nimport { Shell } from "./shell";\nimport { Basket } from "./basket";\nconst routes = [{ path: "", component: Shell, children: [{ path: "basket", component: Basket }] }];', "{ imports: [RouterModule.forRoot(routes)] }", "Pages"),
      "src/shell.ts": component("Shell", ", imports: [Chat]", 'import { Chat } from "./chat";'),
      "src/basket.ts": component("Basket"),
      "src/chat.ts": component("Chat"),
    })).toEqual({ "src/shell.ts": ["medium"], "src/basket.ts": ["high"], "src/chat.ts": ["medium"] });
  });

  test("the only page that an application has", () => {
    const page = '<script>\nimport { onMount } from "svelte";\nonMount(() => { setInterval(() => console.log(1), 10); });\n</script>';
    expect(severities({ "src/routes/+page.svelte": page })).toEqual({ "src/routes/+page.svelte": ["medium"] });
    expect(severities({ "src/routes/+page.svelte": page, "src/routes/about/+page.svelte": "<p>about</p>" })).toEqual({ "src/routes/+page.svelte": ["high"] });
  });

  test("whether custom elements, Vue's components and React's classes without an end are put up again is not seen", () => {
    const element = 'export class Clock extends HTMLElement {\n  connectedCallback() { window.addEventListener("resize", () => this.remove()); }\n}\ncustomElements.define("app-clock", Clock);\n';
    expect(severities({ "clock.ts": element, "list.ts": 'export const add = (list: Element) => list.append(document.createElement("app-clock"));' })).toEqual({ "clock.ts": ["medium"] });
    const mounted = vue('import { onMounted } from "vue";\nonMounted(() => { window.addEventListener("resize", () => console.log(1)); });');
    expect(severities({ "Clock.vue": mounted })).toEqual({ "Clock.vue": ["medium"] });
    const react = (more: string): string => `import { Component } from "react";\nexport class Clock extends Component {\n  componentDidMount() { window.addEventListener("resize", () => this.forceUpdate()); }\n  ${more}\n}\n`;
    expect(severities({ "Clock.tsx": react("") })).toEqual({ "Clock.tsx": ["medium"] });
    expect(severities({ "Clock.tsx": react("componentWillUnmount() { console.log(2); }") })).toEqual({ "Clock.tsx": ["high"] });
  });

  test("what a component is given is most often its parent's own", () => {
    const component = (field: string): string => `import { Component, EventEmitter, Input } from "@angular/core";\n@Component({ selector: "app-grid", template: "" })\nexport class Grid {\n  ${field}\n  ngOnInit() { this.refresh.subscribe(() => console.log(1)); }\n}\n`;
    expect(severities({ "grid.ts": component("@Input() refresh!: EventEmitter<void>;") })).toEqual({ "grid.ts": ["low"] });
  });

  test("a table of routes and a lazy import put it up at every visit", () => {
    const start = { "src/main.js": 'import { routes } from "./routes";\nimport App from "./App.vue";\nstart(App, routes);', "src/App.vue": vue(""), "src/Clock.vue": Clock };
    expect(severities({ ...start, "src/routes.js": 'import Clock from "./Clock.vue";\nexport const routes = [{ path: "/", component: Clock }];' })).toEqual({ "src/Clock.vue": ["medium"] });
    expect(severities({ ...start, "src/routes.js": 'export const routes = [{ path: "/", component: () => import("./Clock.vue") }];' })).toEqual({ "src/Clock.vue": ["medium"] });
  });
});

describe("what a request's handler calls is high where it always does", () => {
  const app = (call: string): Record<string, string> => ({
    "app.ts": `import express from "express";\nimport { open } from "node:fs/promises";\nconst app = express();\nasync function note(text: string) { const file = await open("log", "a"); await file.write(text); }\napp.post("/", async (request, response) => {\n  ${call}\n  response.send("done");\n});\n`,
  });

  test.each([
    ["always", "await note(request.body);", "high"],
    ["behind a guard that returns", 'if (!request.body) { response.send("nothing"); return; }\n  await note(request.body);', "high"],
    ["only sometimes", "if (request.query.first) await note(request.body);", "medium"],
  ])("%s", (_, call, expected) => {
    expect(severities(app(call))).toEqual({ "app.ts": [expected] });
  });
});

describe("a decorator with the name of a request's method", () => {
  const cached = (decorator: string): Record<string, string> => ({ "shop.py": `from kit import app, mock, profiler\n\nPARTS = {}\n\n\n@${decorator}\ndef part_of(name):\n    if name not in PARTS:\n        PARTS[name] = name.upper()\n    return PARTS[name]\n` });
  test.each([['app.get("/parts/{name}")', "high"], ['app.get("")', "high"], ['profiler.trace("part-of")', "low"], ['mock.patch("shop.part")', "low"]])("is one where it is given a path: %s", (decorator, expected) => {
    expect(severities(cached(decorator))).toEqual({ "shop.py": [expected] });
  });
});

describe("a widget that nothing keeps", () => {
  const draw = 'function draw(values) {\n  Highcharts.chart("values", { values });\n  c3.generate({ data: { columns: values } });\n}\n';
  test("goes with the page in a script of one, and is medium in a module", () => {
    expect(severities({ "chart.js": draw })).toEqual({ "chart.js": ["low"] });
    expect(severities({ "chart.js": `import { values } from "shop";\nexport ${draw}draw(values);\n` })).toEqual({});
    expect(severities({ "chart.js": `import "shop/styles";\nexport ${draw}` })).toEqual({ "chart.js": ["medium"] });
  });
});

describe("what stands in a folder for examples is low, whatever it does", () => {
  const leak = "from functools import cache\n\n\nclass Report:\n    @cache\n    def rows(self, key):\n        return [self, key]\n";

  test("beside other code", () => {
    const found = severities({ "shop/report.py": leak, "docs/tutorial/report.py": leak, "examples/report.py": leak, "shop/playground/pages/report.py": leak });
    expect(found["shop/playground/pages/report.py"]).toEqual(["low"]);
    expect(found["shop/report.py"]).not.toEqual(["low"]);
    expect(found["docs/tutorial/report.py"]).toEqual(["low"]);
    expect(found["examples/report.py"]).toEqual(["low"]);
  });

  test("but not where the examples are what is asked about, or a folder is only called so among others", () => {
    expect(severities({ "examples/report.py": leak, "examples/other/report.py": leak })["examples/report.py"]).not.toEqual(["low"]);
    expect(severities({ "shop/docstore/report.py": leak, "shop/main.py": "" })["shop/docstore/report.py"]).not.toEqual(["low"]);
  });
});

describe("what an update hook does is high where it asks nothing of what changed", () => {
  const react = (body: string, more = ""): Record<string, string> => ({ "Clock.tsx": `import { Component } from "react";\nimport { isEqual } from "shop/values";\nexport class Clock extends Component<{ id: string; open: boolean }> {\n  ${more}\n  componentWillUnmount() { console.log(2); }\n  componentDidUpdate(prev: { id: string; open: boolean }, before: { open: boolean }) { ${body} }\n}\n` });
  const add = 'window.addEventListener("resize", () => this.forceUpdate());';

  test.each([
    `if (prev.id !== this.props.id) ${add}`,
    `if (prev.id === this.props.id) return; ${add}`,
    `if (prev.id === this.props.id && prev.open === this.props.open) return; ${add}`,
    `if (this.props.open) { if (prev.id === this.props.id) return; ${add} }`,
    `const { id } = this.props; const changed = id !== prev.id; if (changed) { ${add} }`,
    `if (!isEqual(prev, this.props)) { ${add} }`,
    `if (this.props.open && !prev.open) { ${add} }`,
    `const { open } = prev; if (!open && this.props.open) ${add}`,
    `if (before.open !== this.state.open || prev.id !== this.props.id) { ${add} }`,
  ])("asked: %s", (body) => {
    expect(severities(react(body))).toEqual({ "Clock.tsx": ["medium"] });
  });

  test.each([
    add,
    `if (this.props.open) ${add}`,
    `if (prev.id !== this.props.id) console.log(prev.id); ${add}`,
    `if (prev.id !== this.props.id || this.props.open) ${add}`,
    `if (prev.id === this.props.id) ${add}`,
  ])("not asked: %s", (body) => {
    expect(severities(react(body))).toEqual({ "Clock.tsx": ["high"] });
  });

  test("a helper of the hook", () => {
    expect(severities(react("if (prev.id === this.props.id) return; this.attach();", `attach() { ${add} }`))).toEqual({ "Clock.tsx": ["medium"] });
    expect(severities(react("this.attach();", `attach() { ${add} }`))).toEqual({ "Clock.tsx": ["high"] });
  });
});

describe("what is heard of another component, which often goes with the one that hears of it, is low", () => {
  const angular = (decorator: string, hears: string): Record<string, string> => ({
    "panel.ts": `import { Component, EventEmitter, Injectable, Output } from "@angular/core";\n${decorator}\nexport class Panel { @Output() readonly opened = new EventEmitter<boolean>(); }\n`,
    "body.ts": `import { Component } from "@angular/core";\nimport { Panel } from "./panel";\n@Component({ selector: "app-body", template: "" })\nexport class Body {\n  seen = 0;\n  constructor(private readonly panel: Panel) { ${hears} }\n}\n`,
  });
  const component = '@Component({ selector: "app-panel", template: "" })';

  test.each(["panel.opened.subscribe(() => this.seen++);", "this.panel.opened.subscribe(() => this.seen++);"])("%s", (hears) => {
    expect(severities(angular(component, hears))["body.ts"]).toEqual(["low"]);
    expect(severities(angular('@Injectable({ providedIn: "root" })', hears))["body.ts"]).not.toEqual(["low"]);
  });
});

describe("a task that nothing keeps", () => {
  test("is low where it comes to its end and its failures are taken", () => {
    const start = (body: string): string => `import asyncio\n\n\nclass Post:\n    def __init__(self, line):\n        self.line = line\n\n    async def send(self):\n${body}\n\n    def on_event(self):\n        asyncio.create_task(self.send())\n`;
    expect(severities({ "post.py": start("        await self.line.write()") })).toEqual({ "post.py": ["medium"] });
    expect(severities({ "post.py": start("        try:\n            await self.line.write()\n        except Exception as error:\n            print(error)") })).toEqual({ "post.py": ["low"] });
  });
});
