// Uses nothing but the package: client secret and user name with password, by way of discovery.
const {ClientSecretCredential, UsernamePasswordCredential} = require('@azure/identity');

const options = {
  authorityHost: process.env.SIM_URL,
  // Whether an authority is one of Microsoft's own is asked of Microsoft's public host: not here.
  disableInstanceDiscovery: true,
  retryOptions: {maxRetries: 0},
};
const tenant = process.env.SIM_TENANT;
const resource = 'https://monitor.azure.com';

async function fails(credential, scope) {
  try {
    await credential.getToken(scope);
  } catch (error) {
    return String(error.message).match(/AADSTS(\d+)/)?.[1] ?? String(error);
  }
  return 'a token';
}

async function main() {
  const secret = process.env.SIM_SECRET;
  const good = new ClientSecretCredential(tenant, 'itsmc-client', secret, options);
  const token = await good.getToken(resource + '/.default');
  const again = await good.getToken(resource + '/.default');
  const other = await good.getToken('https://management.azure.com/.default');
  const user = new UsernamePasswordCredential(
      tenant, 'itsmc-public', process.env.SIM_USER, process.env.SIM_PASSWORD, options);
  const byPassword = await user.getToken(resource + '/.default');
  console.log(JSON.stringify({
    token: token.token,
    user_token: byPassword.token,
    lives: Math.round((token.expiresOnTimestamp - Date.now()) / 1000),
    cached: token.token === again.token,
    other: token.token !== other.token,
    wrong_secret: await fails(
        new ClientSecretCredential(tenant, 'itsmc-client', 'wrong', options),
        resource + '/.default'),
    wrong_client: await fails(
        new ClientSecretCredential(tenant, 'nobody', secret, options), resource + '/.default'),
    unknown_resource: await fails(good, 'https://unknown.example/.default'),
    wrong_password: await fails(
        new UsernamePasswordCredential(
            tenant, 'itsmc-public', process.env.SIM_USER, 'wrong', options),
        resource + '/.default'),
  }));
}

main().catch((error) => {
  console.log(String(error && error.stack || error));
  process.exit(1);
});
