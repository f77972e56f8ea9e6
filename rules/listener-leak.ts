/** Listeners that stay on something that outlives them. */
import { defineRule } from "../src/engine/define-rule.js";
import { listenerFindings } from "../src/engine/listeners/listener-findings.js";
import { ownerlessFindings } from "../src/engine/listeners/ownerless.js";
import { reactionFindings } from "../src/engine/listeners/reactions.js";

export default defineRule({
  id: "listener-leak",
  code: "LEAK005",
  summary: "A listener, subscription or hook that is added again and again and never removed",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    neverRemoved: "{{where}} adds a {{noun}} to {{target}} {{phrase}} and nothing removes it",
    cannotMatch: "this {{noun}} on {{target}} cannot be removed: {{why}}",
    forgotten: "{{teardown}} does not remove the {{noun}} that {{where}} adds to {{target}}",
    missedExit: "the {{noun}} stays on {{target}} when {{where}} {{exit}}",
    addsAgain: "{{where}} adds the {{noun}} to {{target}} once more where it should take it off",
    settles: "{{where}} adds a {{noun}} to {{target}} and leaves it there when it settles",
    onlyOneFires: "when \"{{other}}\" comes instead, this {{noun}} stays on {{target}}",
    exchanged: "{{where}} puts something else in {{target}} and leaves the {{noun}} on what was there",
    overwritten: "{{where}} puts another {{noun}} in {{holder}} without releasing the one before",
    dropped: "{{api}} returns what would remove the {{noun}}, and it is dropped",
    ownerless: "{{api}} is called when no component's set-up is running any more, so nothing stops this {{noun}} on {{source}}",
    neverAborted: "the signal that would remove this {{noun}} from {{target}} is never aborted",
  },
  *check(analysis) {
    yield* listenerFindings(analysis, "listener-leak");
    yield* reactionFindings(analysis);
    yield* ownerlessFindings(analysis);
  },
});
