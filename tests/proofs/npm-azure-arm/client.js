// Uses nothing but the packages: what a setup does, from an empty workspace to a role.
// argv[2]: JSON with url, tenant, client, secret, subscription, group, workspace, principal.
const {ClientSecretCredential} = require('@azure/identity');
const {OperationalInsightsManagementClient} = require('@azure/arm-operationalinsights');
const {MonitorClient} = require('@azure/arm-monitor');
const {AuthorizationManagementClient} = require('@azure/arm-authorization');

const given = JSON.parse(process.argv[2]);
const columns = [
  {name: 'TimeGenerated', type: 'dateTime', description: 'when it was sent'},
  {name: 'ServiceDeskId_s', type: 'string', description: 'number'},
  {name: 'Open_b', type: 'boolean', description: 'still open'},
];

function rule(workspaceId) {
  return {
    location: 'westeurope',
    kind: 'Direct',
    streamDeclarations: {
      'Custom-ServiceDesk_CL': {
        columns: columns.map(({name, type}) => ({name, type: type.toLowerCase()})),
      },
    },
    destinations: {logAnalytics: [{workspaceResourceId: workspaceId, name: 'law'}]},
    dataFlows: [{
      streams: ['Custom-ServiceDesk_CL'], destinations: ['law'], transformKql: 'source',
      outputStream: 'Custom-ServiceDesk_CL',
    }],
  };
}

async function code(call) {
  try {
    await call();
  } catch (error) {
    const told = error.details?.error ?? error.details;
    return [error.statusCode, error.code, told?.details?.[0]?.code].filter(Boolean).join(' ');
  }
  return 'none';
}

async function main() {
  const credential = new ClientSecretCredential(
      given.tenant, given.client, given.secret,
      {authorityHost: given.url, disableInstanceDiscovery: true});
  // Without credentialScopes the older clients ask for a token whose audience is the endpoint.
  const options = {
    endpoint: given.url,
    credentialScopes: 'https://management.azure.com/.default',
    retryOptions: {maxRetries: 0},
  };
  const insights =
      new OperationalInsightsManagementClient(credential, given.subscription, options);
  const monitor = new MonitorClient(credential, given.subscription, options);
  const authorization = new AuthorizationManagementClient(credential, given.subscription, options);

  const workspace = await insights.workspaces.get(given.group, given.workspace);
  const early = await code(() => monitor.dataCollectionRules.create(
      given.group, 'dcr-itsm', {body: rule(workspace.id)}));
  const table = await insights.tables.beginCreateOrUpdateAndWait(
      given.group, given.workspace, 'ServiceDesk_CL', {
        plan: 'Analytics', schema: {name: 'ServiceDesk_CL', columns},
      }, {updateIntervalInMs: 200});
  const made = await monitor.dataCollectionRules.create(
      given.group, 'dcr-itsm', {body: rule(workspace.id)});
  const assign = (name) => authorization.roleAssignments.create(made.id, name, {
    roleDefinitionId: `/subscriptions/${given.subscription}/providers/Microsoft.Authorization/` +
        'roleDefinitions/3913510d-42f4-4e42-8a64-420c390055eb',
    principalId: given.principal,
    principalType: 'ServicePrincipal',
  });
  const role = await assign('b4c7b6a0-0d7d-4a5e-9a44-3b9a64a3c101');
  await assign('b4c7b6a0-0d7d-4a5e-9a44-3b9a64a3c101');
  const again = await code(() => assign('b4c7b6a0-0d7d-4a5e-9a44-3b9a64a3c102'));
  await insights.savedSearches.createOrUpdate(given.group, given.workspace, 'ServiceDesk', {
    category: 'ITSMC', displayName: 'ServiceDesk', functionAlias: 'ServiceDesk',
    query: 'ServiceDesk_CL | summarize arg_max(TimeGenerated, *) by ServiceDeskId_s',
  });
  const saved = await insights.savedSearches.get(given.group, given.workspace, 'ServiceDesk');
  const missing = await code(() => monitor.dataCollectionRules.get(given.group, 'other'));
  console.log(JSON.stringify({
    customer: workspace.customerId,
    early, again, missing,
    state: table.provisioningState,
    columns: table.schema.columns.map((one) => one.name + ':' + one.type),
    immutable: made.immutableId,
    scope: role.scope,
    alias: saved.functionAlias,
  }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
