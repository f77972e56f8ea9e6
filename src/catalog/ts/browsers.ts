/** Driven browsers: Puppeteer, Playwright, Selenium. */
import type { CatalogFile, Pair } from "../types.js";
import { members, methods } from "./names.js";

const PUPPETEER = ["puppeteer", "puppeteer-core", "puppeteer-extra"];
const PLAYWRIGHT = ["playwright", "playwright-core", "@playwright/test", "patchright"]
  .flatMap((name) => [`${name}.chromium`, `${name}.firefox`, `${name}.webkit`]);

export const browsers: CatalogFile = {
  language: "ts",
  elsewhere: ["*#evaluate(0)", "*#evaluateHandle(0)", "*#evaluateOnNewDocument(0)", "*#addInitScript(0)", "*#$eval(1)", "*#$$eval(1)", "*#waitForFunction(0)", "*#executeScript(0)", "*#executeAsyncScript(0)"],
  pairs: [
    {
      key: "browser",
      rule: "unclosed-connection",
      noun: "browser",
      acquire: [
        ...members(PUPPETEER, "launch", "connect"),
        ...members(PLAYWRIGHT, "launch", "connect", "connectOverCDP"),
        ...methods(["playwright.BrowserType"], "launch", "connect", "connectOverCDP"),
      ],
      release: ["#close", "#disconnect", "#@@asyncDispose"],
      scope: "async-closes",
      awaitRelease: true,
      type: "playwright.Browser",
      help: "Close it in a finally block: await $.close(). Each one is a process of its own.",
      source: "https://playwright.dev/docs/api/class-browser#browser-close",
    },
    {
      key: "browser-server",
      rule: "unclosed-connection",
      noun: "browser server",
      acquire: members(PLAYWRIGHT, "launchServer"),
      release: ["#close", "#kill"],
      awaitRelease: true,
      source: "https://playwright.dev/docs/api/class-browserserver",
    },
    {
      key: "browser-context",
      rule: "unclosed-connection",
      noun: "browser context",
      acquire: [
        ...methods(["playwright.Browser"], "newContext", "createBrowserContext", "createIncognitoBrowserContext"),
        ...members(PLAYWRIGHT, "launchPersistentContext"),
      ],
      release: ["#close", "#@@asyncDispose"],
      releaseAll: ["-#close"],
      scope: "async-closes",
      awaitRelease: true,
      type: "playwright.BrowserContext",
      source: "https://playwright.dev/docs/api/class-browsercontext#browser-context-close",
    },
    {
      key: "browser-page",
      rule: "unclosed-connection",
      noun: "browser page",
      acquire: methods(["playwright.Browser", "playwright.BrowserContext"], "newPage"),
      release: ["#close", "#@@asyncDispose"],
      releaseAll: ["-#close"],
      scope: "async-closes",
      awaitRelease: true,
      type: "playwright.Page",
      source: "https://playwright.dev/docs/api/class-page#page-close",
    },
    {
      // `newPage` is nobody else's name: a browser kept in a field or a parameter without a type.
      key: "browser-page-untyped",
      rule: "unclosed-connection",
      noun: "browser page",
      acquire: ["*#newPage"],
      imports: [...PUPPETEER, "playwright", "playwright-core", "patchright"],
      release: ["#close", "#@@asyncDispose"],
      releaseAll: ["-#close"],
      scope: "async-closes",
      awaitRelease: true,
      type: "playwright.Page",
      source: "https://pptr.dev/api/puppeteer.page.close",
    },
    {
      key: "devtools-session",
      rule: "unclosed-connection",
      noun: "DevTools session",
      acquire: methods(["playwright.Page", "playwright.BrowserContext"], "createCDPSession", "newCDPSession"),
      release: ["#detach"],
      releaseAll: ["-#close"],
      awaitRelease: true,
      source: "https://pptr.dev/api/puppeteer.cdpsession.detach",
    },
    {
      key: "element-handle",
      rule: "unclosed-connection",
      noun: "element handle",
      acquire: ["playwright.Page#evaluateHandle"],
      release: ["#dispose", "#@@asyncDispose", "#@@dispose"],
      releaseAll: ["-#close"],
      awaitRelease: true,
      ends: "completes",
      source: "https://pptr.dev/api/puppeteer.jshandle.dispose",
    },
    {
      key: "web-driver",
      rule: "unclosed-connection",
      noun: "WebDriver session",
      acquire: ["selenium-webdriver.Builder#build", "webdriverio.remote", "nightwatch.createClient"],
      release: ["#quit", "#close", "#deleteSession", "#end"],
      awaitRelease: true,
      source: "https://www.selenium.dev/documentation/webdriver/drivers/#quitting-sessions",
    },
    // A document whose scripts do not run and that paints nothing has no timers: there is nothing to stop.
    ...["runScripts", "pretendToBeVisual"].map((option): Pair => ({
      key: `jsdom-window-${option === "runScripts" ? "scripts" : "visual"}`,
      rule: "unclosed-connection",
      noun: "jsdom window",
      acquire: ["jsdom.JSDOM"],
      when: [{ argument: `1.${option}`, is: "present" }],
      release: ["#close"],
      parts: ["window"],
      ends: "collected",
      source: "https://github.com/jsdom/jsdom#closing-down-a-jsdom",
    })),
    {
      key: "happy-dom-window",
      rule: "unclosed-connection",
      noun: "happy-dom window",
      acquire: ["happy-dom.Window", "happy-dom.Browser"],
      release: ["#close", "#abort"],
      parts: ["happyDOM"],
      ends: "collected",
      source: "https://github.com/capricorn86/happy-dom/wiki/Window",
    },
  ],
  returns: {
    "playwright.Page#context": "playwright.BrowserContext",
    "playwright.Page#browser": "playwright.Browser",
    ...Object.fromEntries(
      ["forBrowser", "usingServer", "withCapabilities", "setChromeOptions", "setFirefoxOptions"]
        .map((name) => [`selenium-webdriver.Builder#${name}`, "selenium-webdriver.Builder"]),
    ),
  },
  extends: Object.fromEntries(
    [...PUPPETEER, "playwright-core", "@playwright/test", "patchright"]
      .flatMap((name) => ["Browser", "BrowserContext", "Page"].map((type) => [`${name}.${type}`, [`playwright.${type}`]])),
  ),
};
