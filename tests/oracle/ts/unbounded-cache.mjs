/** Measures: entries of the cache. */
import { run } from "./runner.mjs";

const memo = (bound) => (n) => {
  const results = new Map();
  const search = (query) => {
    if (!results.has(query)) {
      if (bound !== null && results.size >= bound) results.delete(results.keys().next().value);
      results.set(query, query.toUpperCase());
    }
    return results.get(query);
  };
  for (let turn = 0; turn < n; turn++) search(`query ${turn}`);
  return results.size;
};

const pages = (cached) => (n) => {
  const rendered = {};
  const page = (url) => (cached ? (rendered[url] ??= `<p>${url}`) : `<p>${url}`);
  for (let turn = 0; turn < n; turn++) page(`/page?id=${turn}`);
  return Object.keys(rendered).length;
};

const loads = (always) => async (n) => {
  const loading = new Map();
  const model = (name) => {
    let promise = loading.get(name);
    if (!promise) {
      const forget = () => loading.delete(name);
      promise = Promise.resolve(name);
      promise = always ? promise.finally(forget) : promise.catch(forget);
      loading.set(name, promise);
    }
    return promise;
  };
  await Promise.all(Array.from({ length: n }, (_, turn) => model(`model ${turn}`)));
  return loading.size;
};

await run({
  // searchLeaks: a Map keyed by what the client sends.
  "memo map": { fixture: "ts/unbounded-cache/basic.ts:searchLeaks", leaking: memo(null), fixed: memo(8) },
  // pageLeaks: an object keyed by the request's address.
  "memo object": { fixture: "ts/unbounded-cache/basic.ts:pageLeaks", leaking: pages(true), fixed: pages(false) },
  // modelLeaks: only failures are forgotten.
  "forgets failures only": { fixture: "ts/unbounded-cache/owners.ts:modelLeaks", leaking: loads(false), fixed: loads(true) },
});
