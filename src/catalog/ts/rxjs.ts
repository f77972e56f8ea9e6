/** RxJS subscriptions and their like in Angular and Vue, and what ends them without an `unsubscribe`. */
import type { CatalogFile, Pair } from "../types.js";
import { members, methods } from "./names.js";

/** Operators after which a subscription ends: by count, by condition or with the component. */
const COMPLETING_OPERATORS = ["take", "first", "takeUntil", "takeWhile", "takeLast", "last", "single", "find", "findIndex", "elementAt", "isEmpty", "every"];

/** Sources that complete by themselves. `from` is an iterable or a promise in practice. */
const FINITE_SOURCES = ["of", "from", "throwError", "range", "forkJoin"];

const ENDED_BY: NonNullable<Pair["endedBy"]> = [
  ...members(["rxjs", "rxjs/operators"], ...COMPLETING_OPERATORS),
  // RxJS 5 patched the operators onto Observable.
  "*#take", "*#first", "*#takeUntil", "*#takeWhile",
  "@angular/core/rxjs-interop.takeUntilDestroyed",
  "@ngneat/until-destroy.untilDestroyed", "ngx-take-until-destroy.untilDestroyed",
  "@w11k/ngx-componentdestroyed.untilComponentDestroyed",
  ...members(["rxjs"], ...FINITE_SOURCES),
  { call: "rxjs.timer", when: [{ argument: 1, is: "absent" }] },
  // A request's observable completes with its answer.
  "rxjs/ajax.ajax", "rxjs/ajax.ajax.getJSON", "rxjs/fetch.fromFetch",
  ...methods(["@angular/common/http.HttpClient"], "get", "post", "put", "patch", "delete", "head", "options", "request", "jsonp"),
  ...methods(["@nestjs/axios.HttpService"], "get", "post", "put", "patch", "delete", "head", "request"),
  ...methods(["@nestjs/microservices.ClientProxy", "@nestjs/microservices.ClientKafka", "@nestjs/microservices.ClientGrpc"], "send", "emit"),
  ...methods(["apollo-angular.Apollo"], "query", "mutate"),
  ...methods(["@ngx-translate/core.TranslateService"], "get", "use", "reloadLang"),
  ...methods(["@angular/material/dialog.MatDialogRef"], "afterClosed", "afterOpened", "beforeClosed"),
  ...methods(["@angular/material/snack-bar.MatSnackBarRef"], "afterDismissed", "onAction"),
  "*#afterClosed", "*#afterDismissed",
  ...methods(["@ng-bootstrap/ng-bootstrap.NgbModalRef"], "closed", "dismissed", "hidden", "shown"),
  // The router ends what it gives a component with the component.
  ...methods(["@angular/router.ActivatedRoute"], "params", "paramMap", "queryParams", "queryParamMap", "data", "url", "fragment", "title"),
  "rxjs.EMPTY",
  // The list that a query gives completes when its view is destroyed.
  ...methods(["@angular/core.QueryList"], "changes"),
];

/** What goes on until somebody unsubscribes. */
const SOURCES: NonNullable<Pair["sources"]> = {
  lasts: [
    "rxjs.Subject", "@angular/core.EventEmitter", "rxjs.NEVER", ...members(["rxjs"], "fromEvent", "fromEventPattern", "interval", "timer"), "rxjs/webSocket.webSocket",
    ...methods(["@angular/router.Router"], "events"),
    ...methods(["@angular/forms.AbstractControl"], "valueChanges", "statusChanges", "events"),
    ...methods(["@angular/core.NgZone"], "onStable", "onUnstable", "onMicrotaskEmpty", "onError"),
    ...methods(["@angular/cdk/layout.BreakpointObserver"], "observe"),
    ...methods(["@angular/cdk/a11y.FocusMonitor"], "monitor"),
    ...methods(["@angular/cdk/scrolling.ScrollDispatcher"], "scrolled", "ancestorScrolled"),
    ...methods(["@angular/cdk/scrolling.ViewportRuler"], "change"),
    ...methods(["@angular/cdk/bidi.Directionality"], "change"),
    ...methods(["@angular/service-worker.SwUpdate"], "versionUpdates", "unrecoverable", "available", "activated"),
    ...methods(["@angular/service-worker.SwPush"], "messages", "notificationClicks", "subscription"),
    ...methods(["@ngx-translate/core.TranslateService"], "onLangChange", "onTranslationChange", "onDefaultLangChange", "onFallbackLangChange", "stream"),
    ...methods(["@ionic/angular.Platform"], "backButton", "pause", "resume", "resize", "keyboardDidShow", "keyboardDidHide"),
    ...methods(["apollo-angular.Apollo"], "subscribe"),
    ...methods(["apollo-angular.QueryRef"], "valueChanges"),
    ...methods(["@ngrx/store.Store"], "select", "pipe"),
    ...methods(["@ngxs/store.Store"], "select"),
    ...methods(["@ngrx/effects.Actions"], "pipe"),
  ],
  steps: ["pipe", "asObservable"],
  streams: "^(?:on(?=[A-Z])|watch|observe|listen|select(?!ed)|stream|subscribe|track|monitor|poll|when)|(?:Changes?|Changed|Events?|Stream|Updates?|Observable|Subject|State|\\$)$",
  completes: ["complete"],
  stops: { monitor: "stopMonitoring" },
  inputs: ["@angular/core.Input"],
  targets: { "rxjs.fromEvent": 0 },
};

export const rxjs: CatalogFile = {
  language: "ts",
  pairs: [
    {
      key: "rxjs-subscription",
      rule: "listener-leak",
      noun: "RxJS subscription",
      acquire: methods(["rxjs.Observable", "rxjs.Subject", "rxjs.BehaviorSubject", "rxjs.ReplaySubject", "rxjs.AsyncSubject", "rxjs.ConnectableObservable", "@angular/core.EventEmitter"], "subscribe"),
      release: ["#unsubscribe", "#@@dispose"],
      endedBy: ENDED_BY,
      sources: SOURCES,
      callbacks: [0, 1, 2],
      type: "rxjs.Subscription",
      help: "Keep the subscription and unsubscribe when the owner ends, or end the stream with takeUntil.",
      source: "https://rxjs.dev/guide/subscription",
    },
    {
      // The receiver's type is seldom written down: in these files a dropped `subscribe(observer)` is an observable's.
      key: "rxjs-subscription-untyped",
      rule: "listener-leak",
      noun: "RxJS subscription",
      acquire: ["*#subscribe"],
      imports: ["rxjs", "rxjs/*", "@angular/*", "@ngrx/*", "@nestjs/microservices"],
      unless: [{ argument: 0, is: "string" }],
      release: ["#unsubscribe", "#@@dispose", "()"],
      endedBy: ENDED_BY,
      sources: SOURCES,
      callbacks: [0, 1, 2],
      type: "rxjs.Subscription",
      help: "Keep the subscription and unsubscribe when the owner ends, or end the stream with takeUntil.",
      source: "https://rxjs.dev/guide/subscription",
    },
    {
      // Angular destroys the output with its component; from the parent's template there is nothing to release.
      key: "angular-output-subscription",
      rule: "listener-leak",
      noun: "output subscription",
      acquire: methods(["@angular/core.OutputEmitterRef", "@angular/core.OutputRef"], "subscribe"),
      release: ["#unsubscribe"],
      callbacks: [0],
      ends: "completes",
      source: "https://angular.dev/api/core/OutputRef",
    },
    {
      key: "rxjs-connection",
      rule: "listener-leak",
      noun: "observable connection",
      acquire: methods(["rxjs.ConnectableObservable", "rxjs.Connectable"], "connect"),
      release: ["#unsubscribe"],
      type: "rxjs.Subscription",
      source: "https://rxjs.dev/api/index/function/connectable",
    },
    {
      // An Angular effect outside an injection context is bound to nothing that ends it.
      key: "angular-manual-effect",
      rule: "listener-leak",
      noun: "manually cleaned effect",
      acquire: ["@angular/core.effect"],
      when: [{ argument: "1.manualCleanup", is: "true" }],
      release: ["#destroy"],
      callbacks: [0],
      source: "https://angular.dev/api/core/CreateEffectOptions",
    },
    {
      // Watchers made synchronously in setup stop with the component; `watch` returns its stopper for all others.
      key: "vue-watcher",
      rule: "listener-leak",
      noun: "watcher",
      acquire: ["*#$watch"],
      when: [{ argument: 1, is: "function" }],
      release: ["()"],
      ends: "completes",
      callbacks: [1],
      source: "https://vuejs.org/guide/essentials/watchers.html#stopping-a-watcher",
    },
    {
      key: "vue-detached-scope",
      rule: "listener-leak",
      noun: "detached effect scope",
      acquire: ["vue.effectScope"],
      when: [{ argument: 0, is: "true" }],
      release: ["#stop"],
      source: "https://vuejs.org/api/reactivity-advanced.html#effectscope",
    },
  ],
  // A parent subscription ends what it was given.
  transfers: ["rxjs.Subscription#add(0)", "subsink.SubSink#add(0)"],
  instances: ["@angular/core.inject(0)", "@angular/core/testing.TestBed.inject(0)", "@angular/core.Injector#get(0)"],
  extends: {
    "@angular/forms.FormControl": ["@angular/forms.AbstractControl"],
    "@angular/forms.FormGroup": ["@angular/forms.AbstractControl"],
    "@angular/forms.FormArray": ["@angular/forms.AbstractControl"],
    ...Object.fromEntries(members(["@angular/forms"], "UntypedFormControl", "UntypedFormGroup", "UntypedFormArray", "FormRecord").map((path) => [path, ["@angular/forms.AbstractControl"]])),
    "rxjs.Subject": ["rxjs.Observable"],
    "rxjs.BehaviorSubject": ["rxjs.Subject"],
    "rxjs.ReplaySubject": ["rxjs.Subject"],
    "rxjs.AsyncSubject": ["rxjs.Subject"],
    "rxjs.ConnectableObservable": ["rxjs.Observable"],
    "rxjs.Subscriber": ["rxjs.Subscription"],
    "rxjs.SafeSubscriber": ["rxjs.Subscriber"],
    "@angular/core.EventEmitter": ["rxjs.Subject"],
  },
  rootServices: [
    { decorator: "@angular/core.Injectable", argument: "providedIn", is: "root" },
    { decorator: "@angular/core.Injectable", argument: "providedIn", is: "platform" },
    { decorator: "@angular/core.Service" },
  ],
  ownParts: {
    decorators: members(["@angular/core"], "ViewChild", "ViewChildren", "ContentChild", "ContentChildren"),
    types: [
      ...members(["@angular/core"], "ElementRef", "ViewContainerRef", "TemplateRef"),
      // Directives that what stands in their content, or on their element, is given and goes with.
      // https://clarity.design, https://material.angular.dev/components/select/api
      "@clr/angular.ClrDatagridFilter", "@angular/material/select.MatSelect", "@angular/material/menu.MatMenuTrigger",
      "@angular/material/autocomplete.MatAutocompleteTrigger", "@angular/cdk/drag-drop.CdkDrag",
    ],
    lists: members(["@angular/core"], "Component(providers)", "Component(viewProviders)", "Directive(providers)"),
  },
  returns: {
    ...Object.fromEntries(members(["@angular/forms"], "FormBuilder", "UntypedFormBuilder", "NonNullableFormBuilder").flatMap((builder) =>
      [["group", "FormGroup"], ["array", "FormArray"], ["control", "FormControl"], ["record", "FormRecord"]].map(([method, made]) => [`${builder}#${method}`, `@angular/forms.${made}`]))),
    ...Object.fromEntries(
      members(["rxjs"], "fromEvent", "fromEventPattern", "interval", "timer", "merge", "concat", "combineLatest", "zip", "race", "iif", "defer", "of", "from", "forkJoin", "range", "throwError", "using", "generate")
        .map((path) => [path, "rxjs.Observable"]),
    ),
    "rxjs.Observable#pipe": "rxjs.Observable",
    "rxjs.Subject#asObservable": "rxjs.Observable",
    "rxjs.Observable#subscribe": "rxjs.Subscription",
    "rxjs/webSocket.webSocket": "rxjs.Subject",
  },
};
