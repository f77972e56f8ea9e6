import { fixtureTests } from "../harness/fixtures.js";

fixtureTests("listener-leak");
