// Asks an OData server as our client does: pages by next link, quotes doubled, dates unquoted.
// usage: client.js BASE SET KEY BEGIN: prints what it met. Without BEGIN: every row, whole, by key.
const [base, set, key, begin] = process.argv.slice(2);
const headers = {'OData-Version': '4.0', 'OData-MaxVersion': '4.0', Accept: 'application/json'};
if (process.env.BEARER) headers.Authorization = 'Bearer ' + process.env.BEARER;
const prefer = {...headers, Prefer: 'odata.maxpagesize=40'};

async function ask(url, sent = prefer) {
  const answer = await fetch(url, {headers: sent});
  return {status: answer.status, body: await answer.json()};
}

function query(options) {
  return Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
}

function list(options) {
  return `${base}/${set}?${query({$select: 'title,modifiedon', ...options})}`;
}

// A next link may be relative: it is resolved against the address that was asked.
async function pages(url) {
  const rows = [];
  const links = [];
  for (let at = url; at;) {
    const {status, body} = await ask(at);
    if (status !== 200) throw new Error(`${at}: ${status} ${JSON.stringify(body)}`);
    rows.push(...body.value);
    const link = body['@odata.nextLink'];
    if (link) links.push(link);
    at = link && new URL(link, at).href;
  }
  return {rows, links};
}

function second(n) {
  return new Date(Date.parse(begin) + n * 1000).toISOString().replace('.000Z', 'Z');
}

async function main() {
  if (!begin) {
    const {rows} = await pages(`${base}/${set}?${query({$orderby: key})}`);
    console.log(JSON.stringify(rows));
    return;
  }
  const order = {$orderby: `modifiedon asc,${key} asc`};
  const all = await pages(list(order));
  const late = await pages(list(
      {...order, $filter: `modifiedon ge ${second(10)} and modifiedon lt ${second(20)}`}));
  const quoted = await ask(list({$filter: "title eq 'O''Bryan''s printer 10'"}));
  const open = await ask(list({$filter: "title eq 'O'Bryan's printer 10'"}));
  const part = await ask(list({$filter: "contains(title,'''s printer 10')"}));
  const sorted = all.rows.every((row, n) => n === 0 || all.rows[n - 1].modifiedon <= row.modifiedon);
  console.log(JSON.stringify({
    rows: all.rows.length,
    ids: new Set(all.rows.map((row) => row[key])).size,
    sorted,
    links: all.links.length,
    relative: all.links.every((link) => !/^https?:/.test(link)),
    late: late.rows.length,
    quoted: quoted.body.value?.length,
    unquoted_status: open.status,
    part: part.body.value?.length,
  }));
}

main().catch((error) => {
  console.log(String(error && error.stack || error));
  process.exit(1);
});
