// Says what the published schema finds wrong with Adaptive Cards: node validate_cards.cjs SCHEMA FILE
// prints {name: [problem, …]}. FILE: {name: card}. The schema calls itself draft 6, and is newer.
const fs = require("fs");
const Ajv = require("ajv");
const addFormats = require("ajv-formats");
const ajv = new Ajv({ strict: false, allErrors: false });
addFormats(ajv);
ajv.addMetaSchema(require("ajv/dist/refs/json-schema-draft-06.json"));
const read = (name) => JSON.parse(fs.readFileSync(name, "utf8"));
const [schema, file] = process.argv.slice(2);
const { id, ...published } = read(schema);
const valid = ajv.compile(published);
const problems = Object.entries(read(file)).map(([name, card]) => [
  name,
  valid(card) ? [] : valid.errors.slice(0, 5).map((e) => `${e.instancePath} ${e.message}`),
]);
console.log(JSON.stringify(Object.fromEntries(problems)));
