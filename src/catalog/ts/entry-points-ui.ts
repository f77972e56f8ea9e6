/** Code that user-interface frameworks run on every render or mount, and the clean-ups that belong to it. */
import type { CatalogFile, EntryPoint } from "../types.js";
import { members } from "./names.js";

const REACT = ["react", "preact/hooks", "preact/compat"];
const REACT_FILES = ["**/*.{tsx,jsx}"];
const ANGULAR = ["@angular/core.Component", "@angular/core.Directive"];
const VUE_OPTIONS = "beforeCreate|created|beforeMount|mounted|activated|beforeUpdate|updated|setup|data";

const react: EntryPoint[] = [
  {
    // With `[]` once a mount, with dependencies at each of their changes, without any after every render: all repeat.
    context: "mount",
    callbacks: members(REACT, "useEffect(0)", "useLayoutEffect(0)", "useInsertionEffect(0)"),
    cleanup: "returned",
    noun: "React effect",
  },
  {
    context: "mount",
    callbacks: [
      ...["useEffect(0)", "useLayoutEffect(0)"],
      "usehooks-ts.useIsomorphicLayoutEffect(0)", "react-use.useEffectOnce(0)", "react-use.useMount(0)", "react-use.useUpdateEffect(0)", "ahooks.useMount(0)", "ahooks.useUpdateEffect(0)",
      ...members(["@react-navigation/native", "expo-router"], "useFocusEffect(0)"),
      "ink.useInput(0)", "use-deep-compare-effect.default(0)", "react-use.useDeepCompareEffect(0)",
    ],
    cleanup: "returned",
    noun: "React effect",
  },
  { context: "mount", callbacks: members(REACT, "useState(0)", "useReducer(2)", "useMemo(0)"), noun: "React initialiser" },
  { context: "mount", callbacks: members([...REACT, "use-sync-external-store/shim"], "useSyncExternalStore(0)"), cleanup: "returned", noun: "React store subscription" },
  { context: "event", callbacks: members(REACT, "useCallback(0)"), noun: "React callback", interactive: true },
  { context: "render", callbacks: [...members(REACT, "memo(0)", "forwardRef(0)", "lazy(0)"), "mobx-react-lite.observer(0)", "mobx-react.observer(0)"], noun: "React component" },
  { context: "render", functions: "^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$", files: REACT_FILES, noun: "component" },
  { context: "render", functions: "^use[A-Z]", imports: ["react", "preact", "react-native"], noun: "React hook" },
  {
    context: "mount",
    // Of a class that has no end its author may know that it never ends.
    vague: { unless: ["componentWillUnmount"] },
    bases: members(["react", "preact"], "Component", "PureComponent"),
    methods: ["constructor", "componentDidMount", "UNSAFE_componentWillMount", "componentWillMount"],
    noun: "React mount hook",
  },
  {
    context: "render",
    bases: members(["react", "preact"], "Component", "PureComponent"),
    methods: ["render", "componentDidUpdate", "getSnapshotBeforeUpdate", "shouldComponentUpdate"],
    noun: "React render hook",
  },
];

/** Each belongs to the component or scope whose code is running when it is called. */
const AMBIENT_CLEANUPS = [
  ...members(["vue", "@vue/composition-api", "vue-demi"], "onUnmounted(0)", "onBeforeUnmount(0)", "onDeactivated(0)", "onScopeDispose(0)", "onWatcherCleanup(0)"),
  "onUnmounted(0)", "onBeforeUnmount(0)", "onDeactivated(0)", "onScopeDispose(0)",
  ...members(["@vueuse/core", "@vueuse/shared"], "tryOnUnmounted(0)", "tryOnScopeDispose(0)", "tryOnBeforeUnmount(0)"),
  "solid-js.onCleanup(0)",
];

/** What the application has one of: stores, the route, the language. */
const SHARED_STATE = "^use(?:[A-Z]\\w*)?(?:Store|Route|Router|I18n)$";

// Whether they are put up again is up to markup and to routers that keep what they showed, which no file of the program says.
const HIDDEN: NonNullable<EntryPoint["vague"]> = { unless: [] };

const vue: EntryPoint[] = [
  {
    context: "mount",
    vague: HIDDEN,
    callbacks: members(["vue", "@vue/composition-api", "vue-demi"], "onMounted(0)", "onBeforeMount(0)", "onActivated(0)", "defineComponent(0)", "onServerPrefetch(0)"),
    noun: "Vue mount hook",
  },
  { context: "mount", vague: HIDDEN, callbacks: ["onMounted(0)", "onBeforeMount(0)", "onActivated(0)", "useAsyncData(1)"], files: ["**/*.vue"], noun: "Vue mount hook" },
  { context: "event", callbacks: members(["vue", "@vue/composition-api", "vue-demi", "@vueuse/core"], "watch(1)", "onUpdated(0)"), noun: "Vue watcher" },
  { context: "mount", vague: HIDDEN, callbacks: members(["vue", "@vue/composition-api", "vue-demi"], "watchEffect(0)", "watchPostEffect(0)", "watchSyncEffect(0)"), cleanup: "parameter", noun: "Vue watch effect" },
  { context: "mount", vague: HIDDEN, functions: `^(?:${VUE_OPTIONS})$`, files: ["**/*.vue"], noun: "Vue mount hook" },
  { context: "mount", functions: "^use[A-Z]", imports: ["vue", "vue-demi", "@vueuse/core", "@vue/composition-api"], noun: "Vue composable" },
  { context: "mount", vague: HIDDEN, bases: ["vue.Component"], methods: ["created", "mounted", "beforeMount", "activated"], noun: "Vue mount hook" },
  { context: "mount", vague: HIDDEN, bases: ["vue-class-component.Vue", "vue-property-decorator.Vue", "vue-facing-decorator.Vue"], methods: ["created", "mounted", "beforeMount", "activated"], noun: "Vue mount hook" },
  { context: "mount", vague: HIDDEN, decorators: ["vue-class-component.default", "vue-class-component.Component", "vue-property-decorator.Component", "vue-facing-decorator.Component"], methods: ["created", "mounted", "beforeMount", "activated"], noun: "Vue mount hook" },
  { context: "once", callbacks: ["*#directive(1)", "*#component(1)"], imports: ["vue"], noun: "Vue registration" },
];

const angular: EntryPoint[] = [
  { context: "mount", decorators: ANGULAR, methods: ["constructor", "ngOnInit", "ngAfterViewInit", "ngAfterContentInit", "ionViewDidEnter", "ionViewWillEnter"], noun: "Angular mount hook" },
  { context: "render", decorators: ANGULAR, methods: ["ngOnChanges", "ngDoCheck", "ngAfterViewChecked", "ngAfterContentChecked"], noun: "Angular change hook" },
  { context: "mount", callbacks: members(["@angular/core"], "afterNextRender(0)"), noun: "Angular render hook" },
  { context: "render", callbacks: members(["@angular/core"], "afterRender(0)", "afterEveryRender(0)"), noun: "Angular render hook" },
  { context: "mount", callbacks: ["@angular/core.effect(0)"], cleanup: "parameter", noun: "Angular effect" },
  // A service may be a component's own, and a root is made anew for each bootstrap: only modules are surely made once.
  { context: "once", decorators: ["@angular/core.NgModule"], methods: ["constructor"], noun: "Angular module" },
  { context: "once", methods: ["ngDoBootstrap"], noun: "Angular start-up hook" },
];

const ELEMENTS = ["HTMLElement", "HTMLDivElement", "HTMLButtonElement", "lit.LitElement", "lit-element.LitElement", "@polymer/polymer.PolymerElement", "@microsoft/fast-element.FASTElement", "lwc.LightningElement", "@stencil/core.Component"];
const ELEMENT_DECORATORS = ["@stencil/core.Component", "lit/decorators.js.customElement", "lit.customElement"];

const others: EntryPoint[] = [
  { context: "mount", callbacks: ["svelte.onMount(0)"], cleanup: "returned", noun: "Svelte mount hook" },
  { context: "mount", callbacks: ["svelte/store.readable(1)", "svelte/store.writable(1)"], cleanup: "returned", noun: "Svelte store start" },
  { context: "render", callbacks: ["svelte.beforeUpdate(0)", "svelte.afterUpdate(0)"], noun: "Svelte update hook" },
  { context: "mount", callbacks: ["$effect(0)", "$effect.pre(0)"], files: ["**/*.svelte", "**/*.svelte.{ts,js}"], cleanup: "returned", noun: "Svelte effect" },
  { context: "mount", vague: HIDDEN, callbacks: members(["solid-js"], "onMount(0)", "createEffect(0)", "createRenderEffect(0)", "createComputed(0)"), noun: "Solid effect" },
  { context: "mount", callbacks: ["@builder.io/qwik.useVisibleTask$(0)", "@builder.io/qwik.useTask$(0)"], cleanup: "parameter", noun: "Qwik task" },
  // An element is put in again without being made again.
  { context: "mount", vague: HIDDEN, bases: ELEMENTS, methods: ["connectedCallback", "renderedCallback"], noun: "custom element mount", returns: true },
  { context: "mount", vague: HIDDEN, bases: ELEMENTS, methods: ["constructor", "firstUpdated"], noun: "custom element mount" },
  { context: "mount", vague: HIDDEN, decorators: ELEMENT_DECORATORS, methods: ["connectedCallback"], noun: "custom element mount", returns: true },
  { context: "mount", vague: HIDDEN, decorators: ELEMENT_DECORATORS, methods: ["constructor", "componentWillLoad", "componentDidLoad", "firstUpdated"], noun: "custom element mount" },
  { context: "mount", vague: HIDDEN, bases: ["@hotwired/stimulus.Controller"], methods: ["connect"], noun: "Stimulus controller", returns: true },
  { context: "mount", vague: HIDDEN, bases: ["@hotwired/stimulus.Controller"], methods: ["initialize"], noun: "Stimulus controller" },
  { context: "mount", vague: HIDDEN, bases: ["@ember/component.default", "@glimmer/component.default"], methods: ["constructor", "init", "didInsertElement"], noun: "Ember component" },
  { context: "mount", vague: HIDDEN, bases: ["backbone.View", "backbone.marionette.View"], methods: ["initialize", "onAttach"], noun: "Backbone view" },
  { context: "mount", vague: HIDDEN, bases: ["@lumino/widgets.Widget"], methods: ["onAfterAttach"], noun: "Lumino widget", returns: true },
  { context: "mount", vague: HIDDEN, bases: ["@lumino/widgets.Widget"], methods: ["constructor"], noun: "Lumino widget" },
  { context: "once", callbacks: ["jquery.default(0)", "$(0)"], imports: ["jquery"], noun: "jQuery ready handler" },
  { context: "once", callbacks: ["$(0)", "jQuery(0)", "jquery.default(0)", "*#ready(0)", "domready.default(0)", "domReady(0)", "docReady(0)", "@wordpress/dom-ready.default(0)"], topLevel: true, noun: "page ready handler" },
];

export const entryPointsUi: CatalogFile = {
  language: "ts",
  entryPoints: [...react, ...vue, ...angular, ...others],
  // What a module's top level renders is the page's own: `createRoot(element).render(<App />)`.
  rootLists: ["@angular/core.NgModule(bootstrap)"],
  // What `ng new` calls the component that the page itself holds: https://angular.dev/guide/components/selectors
  rootNames: [{ decorator: "@angular/core.Component", argument: "selector", is: "app-root" }],
  roots: ["@angular/platform-browser.bootstrapApplication(0)", "*#bootstrap(0)", "*#bootstrapModule(0)", "vue.default(0)", "vue.createApp(0)", "*#render(0)", "*#hydrate(0)", "react-dom/client.hydrateRoot(1)", "preact.render(0)", "preact.hydrate(0)", "solid-js/web.render(0)", "solid-js/web.hydrate(0)"],
  nests: ["children", "loadChildren"],
  parts: ["components", "mixins", "extends"],
  // Next.js, Nuxt, SvelteKit, Remix and TanStack route by files; `views` and `screens` are the folders of the Vue CLI and React Native.
  pages: ["**/+page.svelte", "**/{pages,views,screens,routes}/**", "**/app/**/page.{tsx,jsx,ts,js}"],
  lateModules: ["@angular/core.NgModule"],
  // https://vuejs.org/guide/built-ins/keep-alive#lifecycle-of-cached-instance
  keptAlive: { methods: ["activated", "deactivated"], calls: ["vue.onActivated", "vue.onDeactivated", "onActivated", "onDeactivated"], tags: ["keep-alive", "KeepAlive"] },
  fileRouters: {
    packages: [
      "next", "nuxt", "nuxt3", "nuxt-edge", "@sveltejs/kit", "gatsby", "astro", "@remix-run/dev", "@remix-run/react", "@react-router/dev", "@tanstack/router-plugin", "@tanstack/router-vite-plugin",
      "@tanstack/react-start", "@tanstack/start", "vite-plugin-pages", "vite-plugin-vue-routing", "unplugin-vue-router", "vite-plugin-next-react-router", "@generouted/react-router",
      "@generouted/solid-router", "@solidjs/start", "solid-start", "umi", "@umijs/max", "expo-router", "@analogjs/router", "@redwoodjs/router", "vike", "vite-plugin-ssr", "waku", "@builder.io/qwik-city", "routify",
      "@roxi/routify", "blitz", "ice", "@modern-js/runtime", "@docusaurus/core", "vitepress", "vuepress", "gridsome", "@quasar/app-vite", "sapper", "elegant-router", "@elegant-router/vue",
    ],
    imports: ["import.meta.glob", "require.context"],
  },
  // The frame around pages stays while they change: by custom, what is named for its sides.
  layouts: [
    "**/*{sidebar,Sidebar,SideBar,side-bar,sidemenu,SideMenu,side-menu,sidenav,SideNav,side-nav,navbar,Navbar,NavBar,nav-bar,nav-header,NavHeader,topbar,TopBar,top-bar}*",
    "**/{header,footer,Header,Footer,app-header,app-footer,AppHeader,AppFooter,app-layout,AppLayout}{.component,}.{tsx,jsx,ts,js,vue,svelte}",
    "**/{App,app}.{vue,svelte,tsx,jsx}", "**/+layout.svelte", "**/layouts/**", "**/{layout,template,default,error}.{tsx,jsx,vue}", "**/{_app,_document,__root,_layout,root}.{tsx,jsx,ts,js}",
  ],
  // What a component around it provides, to all below it.
  instances: ["vue.inject(0)", ...members(REACT, "useContext(0)"), "useContext(0)", "svelte.getContext(0)", "solid-js.useContext(0)", "react-redux.useStore(0)", "@apollo/client.useApolloClient(0)"],
  stateHooks: [...members(REACT, "useState"), "useState", "react-use.useRafState", "ahooks.useSafeState"],
  merges: { setState: "state" },
  // Svelte's `onDestroy` and Angular's `inject` refuse there.
  ambient: AMBIENT_CLEANUPS,
  watchers: [
    {
      calls: [
        ...members(["vue", "@vue/composition-api", "vue-demi"], "watch(0)", "watchEffect(0)", "watchPostEffect(0)", "watchSyncEffect(0)"), "watch(0)", "watchEffect(0)",
        ...members(["@vueuse/core", "@vueuse/shared"], "watchDebounced(0)", "watchThrottled(0)", "watchImmediate(0)", "watchDeep(0)", "whenever(0)", "debouncedWatch(0)", "throttledWatch(0)"),
      ],
      noun: "watcher", shared: SHARED_STATE, member: "value",
    },
    { calls: members(["@vueuse/core"], "useEventListener(0)"), noun: "event listener", shared: SHARED_STATE, implied: "window" },
  ],
  cleanups: [
    ...AMBIENT_CLEANUPS, "svelte.onDestroy(0)", "@angular/core.DestroyRef#onDestroy(0)", "*#onDestroy(0)",
    "react-use.useUnmount(0)", "usehooks-ts.useUnmount(0)", "ahooks.useUnmount(0)",
    "afterEach(0)", "afterAll(0)", "after(0)", "teardown(0)", "suiteTeardown(0)", "onTestFinished(0)",
    ...members(["vitest", "@jest/globals", "test", "mocha"], "afterEach(0)", "afterAll(0)", "after(0)", "onTestFinished(0)"),
    "*#teardown(0)", "*#after(0)",
    "DisposableStack#defer(0)", "AsyncDisposableStack#defer(0)", "DisposableStack#adopt(1)", "AsyncDisposableStack#adopt(1)",
    "import.meta.hot.dispose(0)", "module.hot.dispose(0)",
    "exit-hook.default(0)", "async-exit-hook.default(0)", "signal-exit.onExit(0)", "signal-exit.default(0)",
  ],
};
