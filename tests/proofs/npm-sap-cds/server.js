// Serves service.cds with 500 rows on a free port of 127.0.0.1; prints {"url":...} when it is ready.
// usage: server.js BEGIN CHECK: the rows' first second; the address of the directory's control that
// decides about a bearer, as an API would.
const talk = console.log;
console.log = console.info = console.debug = () => {};  // the one line of standard output is ours
const cds = require('@sap/cds');
const express = require('express');

const rows = 500;
const [begin, check] = process.argv.slice(2);

function uuid(n) {
  return (n * 2654435761 % 4294967296).toString(16).padStart(8, '0') + '-0000-4000-8000-' +
      n.toString(16).padStart(12, '0');
}

// Five rows share each second; every tenth title has quotes in it.
function row(n) {
  const moment = new Date(Date.parse(begin) + Math.floor(n / 5) * 1000);
  const time = moment.toISOString().replace('.000Z', 'Z');
  return {
    incidentid: uuid(n), ticketnumber: `CAS-${n}`, statecode: 0, statuscode: 1, prioritycode: 2,
    title: n % 10 === 0 ? `O'Bryan's printer ${n}` : `title ${n}`, description: 'text',
    createdon: time, modifiedon: time, _ownerid_value: uuid(1), _createdby_value: uuid(2),
  };
}

// Nobody is let in whose token the directory would not stand up for, to this very address.
async function only_with_token(request, response, next) {
  const audience = encodeURIComponent(`http://${request.headers.host}`);
  const verdict = await fetch(`${check}?audience=${audience}`,
                              {headers: {Authorization: request.headers.authorization || ''}});
  if (verdict.status === 200) return next();
  response.status(401).json({error: {code: '401', message: 'no good token'}});
}

async function main() {
  cds.root = __dirname;
  cds.model = cds.compile.for.nodejs(await cds.load(__dirname + '/service.cds'));
  await cds.connect.to('db');
  await cds.deploy(cds.model).to('db');
  const {Incidents, Definitions} = cds.entities('proof');
  await INSERT.into(Incidents).entries(Array.from({length: rows}, (_, n) => row(n)));
  await INSERT.into(Definitions).entries([{
    LogicalName: 'incident', EntitySetName: 'incidents', PrimaryIdAttribute: 'incidentid',
    PrimaryNameAttribute: 'title', ChangeTrackingEnabled: false,
  }]);
  const app = express();
  app.use(only_with_token);
  await cds.serve('all').from(cds.model).in(app).with((service) => {
    service.on('WhoAmI', () => ({UserId: uuid(1), OrganizationId: uuid(3), BusinessUnitId: uuid(4)}));
    service.on('RetrieveVersion', () => ({Version: '9.2.0.0'}));
  });
  const server = app.listen(0, '127.0.0.1', () => {
    talk(JSON.stringify({url: `http://127.0.0.1:${server.address().port}`}));
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
