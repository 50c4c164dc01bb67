// Writes the contract that the proof holds the simulator to: the swagger as it stands, made strict
// where it is loose and loose where the product is known to be.
// usage: node contract.js SWAGGER OUT
const fs = require('fs');

const [swagger, out] = process.argv.slice(2);
const contract = JSON.parse(fs.readFileSync(swagger, 'utf8'));

// Recorded answers have null where there is nothing (errorCode, html, simpleResults), and dates
// without a zone, which "date-time" forbids.
function loosened(property) {
  const {format, ...rest} = property;
  const kept = format === 'date-time' ? rest : property;
  return kept.$ref ? kept : {...kept, 'x-nullable': true};  // beside $ref nothing counts
}

for (const definition of Object.values(contract.definitions)) {
  if (!definition.properties) continue;
  definition['x-nullable'] = true;
  definition.additionalProperties = false;  // a member with a wrong name must be noticed
  for (const [name, property] of Object.entries(definition.properties)) {
    definition.properties[name] = loosened(property);
  }
}
// Neither needs a token.
contract.paths['/api/V1/serviceinfo'].get.security = [];
contract.paths['/token'].post.security = [];
contract.paths['/token'].post.consumes = ['application/x-www-form-urlencoded'];
contract.host = '127.0.0.1';
contract.schemes = ['http'];
fs.writeFileSync(out, JSON.stringify(contract));
