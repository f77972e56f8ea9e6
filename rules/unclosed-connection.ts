/** Connections, sockets, sessions, pools and clients that stay open. */
import { defineRule } from "../src/engine/define-rule.js";
import { handleFindings } from "../src/engine/handles/handle-findings.js";
import { suspendedFindings } from "../src/engine/handles/suspended-findings.js";

export default defineRule({
  id: "unclosed-connection",
  code: "LEAK003",
  summary: "A connection, socket, session, pool or client that is not closed on every path",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    dropped: "{{api}} opens a {{noun}} and nothing keeps it to close it",
    neverReleased: "the {{noun}} from {{api}} is never closed in {{where}}",
    someExits: "the {{noun}} from {{api}} is not closed on every path through {{where}}",
    onException: "the {{noun}} from {{api}} stays open if {{where}} raises before it is closed",
    overwritten: "the {{noun}} from {{api}} is replaced before it is closed",
    ownerForgets: "{{where}} does not close {{handle}}, the {{noun}} that {{owner}} opened",
    ownerCannot: "{{owner}} keeps a {{noun}} in {{handle}} and nothing closes it",
    ownerSkips: "{{where}} can return before it closes {{handle}}, the {{noun}} that {{owner}} opened",
    replaced: "{{where}} puts another {{noun}} into {{handle}} without closing the one before",
    emptied: "{{where}} forgets {{handle}} without closing its {{noun}}",
    suspended: "{{where}} may leave this loop while {{owner}} holds its {{noun}}, which is then closed later, when the collector finds the generator",
  },
  *check(analysis) {
    for (const finding of handleFindings(analysis, "unclosed-connection")) yield { ...finding, message: finding.loss };
    yield* suspendedFindings(analysis, "unclosed-connection");
  },
});
