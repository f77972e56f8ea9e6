import { lint, readFile } from "../harness/lint.js";

const severities = (path: string, text: string): string[] => lint([readFile({ path, text })]).map(({ severity }) => severity);

const flask = (initial: string, more: string): string => `
from flask import Flask, request
app = Flask(__name__)
notes = ${initial}

@app.route("/add", methods=["POST"])
def add():
    notes[request.form["id"]] = request.form["text"]
    return "ok"
${more}`;
const list = '\n@app.route("/")\ndef index():\n    return {"notes": list(notes.values())}\n';
const loop = '\n@app.route("/")\ndef index():\n    return "".join(note for note in notes)\n';
const one = '\n@app.route("/note/<id>")\ndef show(id):\n    return notes[id]\n';
const edit = '\n@app.route("/note/<id>", methods=["PUT"])\ndef edit(id):\n    note = notes.get(id)\n    note["text"] = request.form["text"]\n    return note\n';

describe("a table that is the program's data is low", () => {
  test("listed by one entry point, and shown or changed by another", () => {
    for (const more of [list + one, loop + one, list + edit]) expect(severities("app.py", flask("{}", more))).toEqual(["low"]);
  });

  test("listed, and written with entries to begin with", () => {
    expect(severities("app.py", flask('{"1": "first"}', list))).toEqual(["low"]);
  });

  test("what is asked by key alone, or listed by no entry point, is a cache like any other", () => {
    expect(severities("app.py", flask("{}", one))).toEqual(["high"]);
    expect(severities("app.py", flask('{"1": "first"}', one))).toEqual(["high"]);
    expect(severities("app.py", flask("{}", "\ndef index():\n    return list(notes.values())\n"))).toEqual(["high"]);
  });

  test("the same in TypeScript", () => {
    const express = (more: string): string => `
import express from "express";
const app = express();
const notes = new Map<string, string>();
app.post("/notes", (request, response) => { notes.set(request.body.id, request.body.text); response.end(); });
${more}`;
    const show = 'app.get("/notes/:id", (request, response) => { response.json(notes.get(request.params.id)); });\n';
    expect(severities("app.ts", express(`app.get("/notes", (request, response) => { response.json([...notes.values()]); });\n${show}`))).toEqual(["low"]);
    expect(severities("app.ts", express(`app.get("/notes", (request, response) => { for (const note of notes.values()) response.write(note); });\n${show}`))).toEqual(["low"]);
    expect(severities("app.ts", express(show))).toEqual(["high"]);
  });
});
