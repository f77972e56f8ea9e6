/** Owners that dispose of what they are given: the language's stacks, VS Code's stores, subscription bags. */
import type { CatalogFile } from "../types.js";

export const disposables: CatalogFile = {
  language: "ts",
  transfers: [
    // The language: https://tc39.es/proposal-explicit-resource-management/#sec-disposablestack-objects
    "DisposableStack#use(0)", "DisposableStack#adopt(0)", "DisposableStack#defer(0)",
    "AsyncDisposableStack#use(0)", "AsyncDisposableStack#adopt(0)", "AsyncDisposableStack#defer(0)",
    // VS Code, Theia and their extensions.
    "*#_register(0)", "*#registerDisposable(0)", "*#addDisposable(0)", "*#disposeOnUnmount(0)", "*#disposeWith(0)",
    "*#register(0)", "*#onDispose(0)", "*#_addDisposable(0)",
    "vscode.Disposable.from(0+)",
    "DisposableStore#add(0)", "DisposableCollection#push(0+)", "MutableDisposable#setValue(0)",
    "@theia/core.DisposableCollection#push(0+)", "@theia/core.DisposableCollection#pushAll(0)",
    "@lumino/disposable.DisposableSet#add(0)", "@lumino/disposable.DisposableSet.from(0)",
    "atom.CompositeDisposable#add(0+)", "event-kit.CompositeDisposable#add(0+)",
    // RxJS and its helpers.
    "rxjs.Subscription#add(0)", "subsink.SubSink#add(0+)",
    "mobx-react.disposeOnUnmount(1)",
  ],
  bags: [
    "subscriptions", "_subscriptions", "subs", "disposables", "_disposables", "toDispose", "_toDispose", "disposers", "cleanups", "teardowns", "unsubscribers", "unlisteners",
  ],
  pairs: [
    {
      // A stack that is made and filled must be disposed of itself.
      key: "disposable-stack",
      rule: "unclosed-connection",
      noun: "disposable stack",
      acquire: ["DisposableStack"],
      release: ["#dispose", "#move", "#@@dispose"],
      scope: "closes",
      source: "https://tc39.es/proposal-explicit-resource-management/#sec-disposablestack-objects",
    },
    {
      key: "async-disposable-stack",
      rule: "unclosed-connection",
      noun: "disposable stack",
      acquire: ["AsyncDisposableStack"],
      release: ["#disposeAsync", "#move", "#@@asyncDispose"],
      scope: "async-closes",
      awaitRelease: true,
      source: "https://tc39.es/proposal-explicit-resource-management/#sec-asyncdisposablestack-objects",
    },
  ],
};
