// Says what Microsoft's own schemas find wrong with files: node validate_manifest.cjs SCHEMA FILE …
// prints a JSON list of problems. The schemas are in draft 4, which plain Ajv does not read.
const fs = require("fs");
const Ajv = require("ajv-draft-04");
const addFormats = require("ajv-formats");
// Some of their patterns are none in Unicode mode.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const read = (name) => JSON.parse(fs.readFileSync(name, "utf8"));
const [schema, ...files] = process.argv.slice(2);
const valid = ajv.compile(read(schema));
const problems = files.flatMap((file) =>
  valid(read(file)) ? [] : valid.errors.map((e) => `${e.instancePath} ${e.message}`),
);
console.log(JSON.stringify(problems));
