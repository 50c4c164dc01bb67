// Asks for every route that a client of work items needs, through the validating proxy (PROXY): an
// answer that breaks the contract carries the header sl-violations.
const proxy = process.env.PROXY;
const seen = new Set();
let token = '';

function fail(what) {
  throw new Error(what);
}

function expect(what, wanted, got) {
  if (wanted !== got) fail(`${what}: wanted '${wanted}', got '${got}'`);
}

// `route` is the path as the contract has it, for the count of what was asked.
async function call(method, route, {path, query, body, form, status = 200} = {}) {
  const url = proxy + (path || route) + (query ? '?' + new URLSearchParams(query) : '');
  const headers = {Accept: 'application/json'};
  if (token) headers.Authorization = 'Bearer ' + token;
  if (body) headers['Content-Type'] = 'application/json';
  const answer = await fetch(
      url, {method, headers, body: form ? new URLSearchParams(form) : body && JSON.stringify(body)});
  const text = await answer.text();
  const violations = answer.headers.get('sl-violations');
  if (violations) fail(`${method} ${route} breaks the contract: ${violations}`);
  expect(`${method} ${route}: status`, status, answer.status);
  seen.add(method + ' ' + route);
  return text ? JSON.parse(text) : null;
}

async function signIn() {
  const client = {client_id: 'itsmc-client'};
  const first = await call('POST', '/token', {
    query: {auth_mode: 'Internal'},
    form: {
      ...client, grant_type: 'password', username: process.env.SIM_USER,
      password: process.env.SIM_PASSWORD
    }
  });
  const second = await call('POST', '/token', {
    form: {...client, grant_type: 'refresh_token', refresh_token: first.refresh_token}
  });
  token = second.access_token;
}

async function summary(name) {
  const route = '/api/V1/getbusinessobjectsummary/busobname/';
  return call('GET', route + '{busobname}', {path: route + name});
}

async function fieldIds(busObId) {
  const route = '/api/V1/getbusinessobjectschema/busobid/';
  const schema = await call(
      'GET', route + '{busobId}',
      {path: route + busObId, query: {includerelationships: 'true', locale: 'en-US'}});
  const ids = Object.fromEntries(schema.fieldDefinitions.map((f) => [f.name, f.fieldId]));
  return {ids, relationships: schema.relationships};
}

async function search(body) {
  return call('POST', '/api/V1/getsearchresults', {query: {locale: 'en-US'}, body});
}

// All incidents, 40 at a time: pageNumber is the number of a row.
async function readAll(incident, ids) {
  const rows = new Map();
  for (let row = 1;; row += 40) {
    const page = await search({
      busObId: incident,
      includeSchema: row === 1,
      includeAllFields: false,
      fields: [ids.Status, ids.Description, ids.LastModifiedDateTime, ids.ClosedDateTime],
      filters: [{fieldId: ids.LastModifiedDateTime, operator: 'gt', value: '1/1/2000 1:00:00 AM'}],
      sorting: [
        {fieldId: ids.LastModifiedDateTime, sortDirection: 1},
        {fieldId: ids.RecID, sortDirection: 1}
      ],
      pageNumber: row,
      pageSize: 40
    });
    for (const object of page.businessObjects) rows.set(object.busObRecId, object);
    if (!page.hasMoreRecords) return expect('rows', page.totalRows, rows.size), rows.size;
  }
}

async function save(busObId, fields, busObRecId) {
  const answer = await call('POST', '/api/V1/savebusinessobject', {
    body: {
      busObId,
      busObRecId: busObRecId || '',
      busObPublicId: '',
      persist: true,
      fields: Object.entries(fields).map(([fieldId, value]) => ({dirty: true, fieldId, value}))
    }
  });
  expect('hasError of the save', false, answer.hasError);
  return answer;
}

async function people() {
  const user = {loginid: process.env.SIM_USER, loginidtype: 'Internal'};
  const found = await call('GET', '/api/V2/getuserbyloginid', {query: user});
  await call('GET', '/api/V3/getuserbyloginid', {query: user});
  const groups = await call('GET', '/api/V2/getsecuritygroups');
  if (!groups.securityGroups.some((group) => group.groupId === found.securityGroupId)) {
    fail('the group of the user is not listed');
  }
  const route =
      '/api/V2/getsecuritygroupbusinessobjectpermissionsforcurrentuserbybusobname/busobname/';
  const rights = await call('GET', route + '{busobname}', {path: route + 'Incident'});
  expect('view right', true, rights.businessObjectPermissions[0].view);
}

async function create(incident, ids) {
  const required = await call('POST', '/api/V1/getbusinessobjecttemplate', {
    body: {busObId: incident, includeRequired: true, includeAll: false}
  });
  const priorities = await call(
      'POST', '/api/V1/fieldvalueslookup', {body: {busObId: incident, fieldName: 'Priority'}});
  const [customers] = await summary('CustomerInternal');
  const known = await fieldIds(customers.busObId);
  const found = await search({
    busObId: customers.busObId,
    filters: [{fieldId: known.ids.Email, operator: 'eq', value: process.env.SIM_USER + '@example.com'}]
  });
  const values = {
    Priority: priorities.values[0],
    Description: 'Disk full on srv-01 & "café"\nsecond line',
    CustomerRecID: found.businessObjects[0].busObRecId
  };
  const fields = {};
  for (const field of required.fields) fields[field.fieldId] = values[field.name];
  return save(incident, fields);
}

async function link(incident, saved, relationship) {
  const [group] = await summary('ConfigurationItem');
  const server = group.groupSummaries.find((member) => member.name === 'ConfigServer');
  const known = await fieldIds(server.busObId);
  const ci = await save(server.busObId, {[known.ids.FriendlyName]: 'srv-proof'});
  const twice = await search({
    busObId: server.busObId,
    filters: [{fieldId: known.ids.FriendlyName, operator: 'eq', value: 'srv-proof'}]
  });
  expect('servers of that name', 1, twice.totalRows);
  const names = '/parentbusobid/{parentbusobid}/parentbusobrecid/{parentbusobrecid}' +
      '/relationshipid/{relationshipid}/busobid/{busobid}/busobrecid/{busobrecid}';
  const path = names.replace('{parentbusobid}', incident)
                   .replace('{parentbusobrecid}', saved.busObRecId)
                   .replace('{relationshipid}', relationship)
                   .replace('{busobid}', server.busObId)
                   .replace('{busobrecid}', ci.busObRecId);
  for (const version of ['V1', 'V2']) {
    const route = `/api/${version}/linkrelatedbusinessobject`;
    await call('GET', route + names, {path: route + path});
  }
}

async function main() {
  await call('GET', '/api/V1/serviceinfo');
  await signIn();
  const [incident] = await summary('Incident');
  await summary('ChangeRequest');
  expect('summaries of an unknown object', 0, (await summary('NoSuchObject')).length);
  const {ids, relationships} = await fieldIds(incident.busObId);
  await people();
  const rows = await readAll(incident.busObId, ids);
  const saved = await create(incident.busObId, ids);
  await link(incident.busObId, saved, relationships[0].relationshipId);
  const route = `/api/V1/getbusinessobject/busobid/`;
  const byNumber = await call('GET', route + '{busobid}/publicid/{publicid}', {
    path: `${route}${incident.busObId}/publicid/${saved.busObPublicId}`,
    query: {locale: 'en-US'}
  });
  await call('GET', route + '{busobid}/busobrecid/{busobrecid}', {
    path: `${route}${incident.busObId}/busobrecid/${saved.busObRecId}`,
    query: {locale: 'en-US'}
  });
  await save(incident.busObId, {[ids.Status]: 'Resolved'}, saved.busObRecId);
  await call('DELETE', '/api/V1/logout', {status: 204});
  const ci = byNumber.fields.find((field) => field.name === 'ConfigItemDisplayName');
  console.log(JSON.stringify(
      {rows, number: saved.busObPublicId, id: saved.busObRecId, ci: ci.value, routes: seen.size}));
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
