// Uses nothing but the package: lists by pages, creates, updates, upserts, tracks changes.
const {DynamicsWebApi} = require('dynamics-web-api');

const url = process.env.SIM_URL;

// The package takes a token from its caller.
async function signIn() {
  const form = new URLSearchParams({
    grant_type: 'password',
    client_id: 'itsmc-client',
    username: process.env.SIM_USER,
    password: process.env.SIM_PASSWORD,
    scope: url + '/user_impersonation',
  });
  const answer = await fetch(
      url + '/contoso.onmicrosoft.com/oauth2/v2.0/token', {method: 'POST', body: form});
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).access_token;
}

function check(what, holds) {
  if (!holds) throw new Error(what);
}

async function pages(client, query) {
  const ids = new Set();
  let count = 0;
  let page = await client.retrieveMultiple(query);
  for (;;) {
    ++count;
    for (const row of page.value) ids.add(row.x_incidentid);
    if (!page['@odata.nextLink']) return {ids, count};
    page = await client.retrieveMultiple(query, page['@odata.nextLink']);
  }
}

async function changes(client) {
  const query = {collection: 'x_incidents', select: ['x_title'], trackChanges: true};
  const first = await client.retrieveMultiple(query);
  check('a delta link', first['@odata.deltaLink']);
  return {all: first.value.length, link: first['@odata.deltaLink']};
}

async function main() {
  const client = new DynamicsWebApi(
      {serverUrl: url, dataApi: {version: '9.2'}, onTokenRefresh: signIn});
  const who = await client.callFunction({name: 'WhoAmI'});
  check('who am I', who.UserId);
  const listed = await pages(client, {
    collection: 'x_incidents',
    select: ['x_title', 'x_state', 'modifiedon'],
    filter: 'modifiedon ge 2001-01-01T00:00:00Z',
    orderBy: ['modifiedon asc', 'x_incidentid asc'],
    maxPageSize: 37,
    includeAnnotations: 'OData.Community.Display.V1.FormattedValue',
  });
  check('every row once: ' + listed.ids.size, listed.ids.size === 200);
  check('pages: ' + listed.count, listed.count === 6);
  const whole = await client.retrieveAll(
      {collection: 'x_incidents', select: ['x_title'], maxPageSize: 50});
  check('retrieveAll', whole.value.length === 200);

  const tracked = await changes(client);
  const created = await client.create({
    collection: 'x_incidents',
    data: {
      x_title: 'Disk full on srv-01 & "caf\u00e9"',
      x_description: 'first line\nsecond line',
      'x_AssignedTo@odata.bind': `/systemusers(${who.UserId})`,
    },
    returnRepresentation: true,
    select: ['x_number', 'x_title'],
  });
  check('a number', /^INC\d+$/.test(created.x_number));
  const key = created.x_incidentid;
  await client.update({collection: 'x_incidents', key, data: {x_state: 2}});
  const own = '7eb682f1-ca75-4511-80d4-00155d2a68d1';
  const bare = await client.upsert(
      {collection: 'x_incidents', key: own, data: {x_title: "O'Bryan's printer"}});
  check('an upsert gives the id: ' + bare, String(bare) === own);
  const none = await client.upsert({
    collection: 'x_incidents', key: '00000000-0000-4000-8000-000000000009',
    data: {x_title: 'never'}, ifmatch: '*',
  });
  check('If-Match prevents a create', none === null);
  const found = await client.retrieveMultiple(
      {collection: 'x_incidents', filter: "x_title eq 'O''Bryan''s printer'", count: true});
  check('a quote is found', found.value.length === 1 && found['@odata.count'] === 1);
  const answer = await client.retrieveMultiple({collection: 'x_incidents'}, tracked.link);
  check('changes: ' + answer.value.length, answer.value.length === 2);
  let missing = 0;
  await client.retrieve({collection: 'x_incidents', key: '00000000-0000-4000-8000-000000000008'})
      .catch((error) => { missing = error.status; });
  check('a missing row is 404', missing === 404);
  console.log(JSON.stringify({key, number: created.x_number, own, tracked: tracked.all}));
}

main().catch((error) => {
  console.log(String(error && error.stack || error));
  process.exit(1);
});
