/**
 * Questions about functions whose answers need the answers for their callees: asked recursively, remembered, and inside
 * a group of functions that call each other repeated until nothing changes. The groups are found on the way, as in
 * Tarjan's algorithm: a question that comes up again while it is being answered gets the best answer so far, and the
 * first question of the group asks again until a whole round changes nothing.
 *
 * `compute` must be monotone: better answers below may only raise its own, and chains of answers are short. Then every
 * answer is the least one that is consistent, and does not depend on which function was asked about first. A question
 * that is not (what is released inside a folder leaves the folder) must say which of two answers is the higher: then an
 * answer never falls from round to round, so that the rounds end.
 */
interface Open<V> {
  depth: number;
  answer: V;
}

interface Provisional<V> {
  answer: V;
  /** Depth of the outermost open question that it rests on. */
  lowest: number;
}

export class Fixpoint<V> {
  private readonly final = new Map<string, V>();
  private readonly open = new Map<string, Open<V>>();
  /** Answers of this round that rest on an open question. */
  private readonly provisional = new Map<string, Provisional<V>>();
  /** Answers of earlier rounds, from which the next one starts. */
  private readonly assumed = new Map<string, V>();
  private lowest = Infinity;
  /** An answer of this round differs from the last one's. */
  private changed = false;

  /** `bottom`: the answer that knows nothing yet. Answers are compared by identity. `higher`: the higher of the last answer and the new one. */
  constructor(private readonly bottom: V, private readonly higher: (last: V, answer: V) => V = (_, answer) => answer) {}

  solve(key: string, compute: () => V): V {
    const known = this.final.get(key);
    if (known !== undefined) return known;
    const again = this.open.get(key);
    if (again) return this.restOn(again.answer, again.depth);
    const earlier = this.provisional.get(key);
    if (earlier) return this.restOn(earlier.answer, earlier.lowest);

    const own: Open<V> = { depth: this.open.size, answer: this.assumed.get(key) ?? this.bottom };
    this.open.set(key, own);
    const outside = { lowest: this.lowest, changed: this.changed };
    try {
      for (;;) {
        this.lowest = Infinity;
        this.changed = false;
        const answer = this.higher(own.answer, compute());
        if (answer !== own.answer) {
          own.answer = answer;
          this.assumed.set(key, answer);
          this.changed = true;
        }
        if (this.lowest < own.depth) {
          this.provisional.set(key, { answer, lowest: this.lowest });
          return answer;
        }
        if (this.lowest === Infinity || !this.changed) return this.settle(key, answer, own.depth);
        this.dropProvisional(own.depth);
      }
    } finally {
      this.open.delete(key);
      this.lowest = Math.min(outside.lowest, this.lowest < own.depth ? this.lowest : Infinity);
      this.changed ||= outside.changed;
    }
  }

  private restOn(answer: V, depth: number): V {
    this.lowest = Math.min(this.lowest, depth);
    return answer;
  }

  /** The whole group is answered: what rested on its first question rests on nothing any more. */
  private settle(key: string, answer: V, depth: number): V {
    this.final.set(key, answer);
    this.assumed.delete(key);
    for (const [other, { answer: theirs, lowest }] of this.provisional) {
      if (lowest < depth) continue;
      this.final.set(other, theirs);
      this.assumed.delete(other);
      this.provisional.delete(other);
    }
    return answer;
  }

  private dropProvisional(depth: number): void {
    for (const [other, { lowest }] of this.provisional) if (lowest >= depth) this.provisional.delete(other);
  }
}
