// argv[2]: a file with a JSON array of KQL texts. Prints how many were parsed; ends with 1 and the
// parser's words at the first error. That it finds fault at all is tried first.
const fs = require('fs');
require('@kusto/language-service-next/bridge.js');
require('@kusto/language-service-next');

const parse = (kql) => {
  const found = Kusto.Language.KustoCode.Parse(kql).GetDiagnostics();
  return Array.from({length: found.Count}, (_, i) => found.getItem(i).Message);
};
for (const broken of ['T | whre x == 1', 'T | summarize arg_max(x, *) by', 'T | where (a']) {
  if (parse(broken).length === 0) throw new Error('the parser took ' + broken);
}
const texts = JSON.parse(fs.readFileSync(process.argv[2]));
for (const kql of texts) {
  const errors = parse(kql);
  if (errors.length > 0) throw new Error(kql + '\n' + errors.join('\n'));
}
console.log(texts.length);
