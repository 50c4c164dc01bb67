// Uses nothing but the packages: signs in five ways, uploads rows, reads them back by query.
// argv[2]: JSON with url, tenant, client, secret, certificate, tokenFile, rule, stream, workspace.
const fs = require('fs');
const {
  ClientSecretCredential, ClientCertificateCredential, WorkloadIdentityCredential,
  ManagedIdentityCredential,
} = require('@azure/identity');
const {LogsIngestionClient} = require('@azure/monitor-ingestion');
const {LogsQueryClient, LogsQueryResultStatus} = require('@azure/monitor-query-logs');

const given = JSON.parse(process.argv[2]);
const rows = 10000;
const authority = {authorityHost: given.url, disableInstanceDiscovery: true};
const scope = 'https://monitor.azure.com/.default';

function claims(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

async function subjects() {
  const found = {};
  const certificate = new ClientCertificateCredential(
      given.tenant, given.client, {certificatePath: given.certificate}, authority);
  found.certificate = claims((await certificate.getToken(scope)).token).oid;
  const workload = new WorkloadIdentityCredential({
    tenantId: given.tenant, clientId: given.client, tokenFilePath: given.tokenFile, ...authority,
  });
  found.workload = claims((await workload.getToken(scope)).token).oid;
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = given.plainUrl;
  found.imds = claims((await new ManagedIdentityCredential().getToken(scope)).token).oid;
  process.env.IDENTITY_ENDPOINT = given.plainUrl + '/MSI/token';
  process.env.IDENTITY_HEADER = given.identityHeader;
  found.appService = claims((await new ManagedIdentityCredential().getToken(scope)).token).oid;
  return found;
}

function made(count) {
  const now = new Date().toISOString();
  return Array.from({length: count}, (_, i) => ({
    TimeGenerated: now,
    ServiceDeskId_s: 'INC' + String(i).padStart(7, '0'),
    Title_s: 'Drucker "Zürich" brennt\n' + 'x'.repeat(i % 200),
    Priority_d: i % 5,
    LastModifiedDate_t: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
    NotDeclared: 'dropped',
  }));
}

async function main() {
  const credential = new ClientSecretCredential(given.tenant, given.client, given.secret, authority);
  const sender = new LogsIngestionClient(given.url, credential);
  await sender.upload(given.rule, given.stream, made(rows), {maxConcurrency: 4});
  const reader = new LogsQueryClient(credential, {endpoint: given.url + '/v1'});
  const ask = async (query) => {
    const answer = await reader.queryWorkspace(
        given.workspace, query, {duration: 'P1D'}, {includeQueryStatistics: true});
    if (answer.status !== LogsQueryResultStatus.Success) throw new Error(answer.status);
    return answer.tables[0];
  };
  const counted = await ask('ServiceDesk_CL | count');
  const latest = await ask(
      'ServiceDesk_CL | summarize arg_max(LastModifiedDate_t, *) by ServiceDeskId_s' +
      ' | where ServiceDeskId_s in ("INC0000007", "INC0009999") | sort by ServiceDeskId_s asc' +
      ' | project ServiceDeskId_s, Title_s, Priority_d, LastModifiedDate_t');
  const all = await ask('ServiceDesk_CL | where Title_s has "zürich" | project ServiceDeskId_s');
  let syntax = 'none';
  try {
    await ask('ServiceDesk_CL | wher 1');
  } catch (error) {
    syntax = error.code;
  }
  let refused = 'none';
  try {
    await new LogsIngestionClient(given.url, credential, {retryOptions: {maxRetries: 0}})
        .upload('dcr-westeurope', given.stream, made(1));
  } catch (error) {
    refused = error.errors[0].cause.statusCode + ' ' + error.errors[0].cause.code;
  }
  console.log(JSON.stringify({
    count: counted.rows[0][0],
    ids: new Set(all.rows.map((row) => row[0])).size,
    columns: latest.columnDescriptors.map((one) => one.name + ':' + one.type),
    latest: latest.rows,
    syntax, refused,
    ...await subjects(),
  }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
