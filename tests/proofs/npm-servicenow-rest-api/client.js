// Uses nothing but the package: creates an incident, reads it by a filter, updates it by its number.
const ServiceNow = require('servicenow-rest-api');

const client = new ServiceNow(
    process.env.SIM_HOST, process.env.SIM_USER, process.env.SIM_PASSWORD);
const talk = console.log;
console.log = () => {};  // the package prints the URLs it calls

function call(start) {
  return new Promise((resolve, reject) => {
    start((answer) => answer instanceof Error ? reject(answer) : resolve(answer));
  });
}

async function main() {
  const created = await call((done) => client.createNewTask({
    short_description: 'Disk full on srv-01 & "café"',
    description: 'first line\nsecond line',
    impact: '1 - High',
    urgency: '1 - High',
    priority: '4 - Low',  // computed by the instance whatever is sent
  }, 'incident', done));
  const rows = await call((done) => client.getTableData(
      ['number', 'priority', 'state', 'short_description', 'sys_id'],
      ['number=' + created.number], 'incident', done));
  if (rows.length !== 1) throw new Error('read ' + rows.length + ' rows');
  if (rows[0].state !== 'New') throw new Error('state is ' + rows[0].state);
  const id = await call((done) => client.getSysId('incident', created.number, done));
  const updated = await call(
      (done) => client.UpdateTask('incident', created.number, {state: 'In Progress'}, done));
  talk(JSON.stringify({...rows[0], sys_id: id, state: updated.state, number: updated.number}));
}

main().catch((error) => {
  talk(String(error));
  process.exit(1);
});
