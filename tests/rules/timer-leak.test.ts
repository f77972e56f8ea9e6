import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("timer-leak");
