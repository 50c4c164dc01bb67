#include "itsmc/client/creators.hpp"

#include <utility>

namespace itsmc::client {

CreationReport Creators::perform(const CreationInput& input, Sending sending) {
  const ItemDraft& draft = input.request.draft;
  CreationReport report{.connection = input.connection, .type = draft.type};
  if (!draft.correlation_id.empty())
    report.correlation_id = correlation_id_of(draft.correlation_id);
  report.error = input.error;
  const auto down = down_.find(input.connection);
  if (!report.error && down != down_.end()) report.error = down->second;
  if (report.error) return report;
  try {
    return creator(input.connection).perform(input.request, sending);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    report.error = error;
    down_.emplace(input.connection, error);
    return report;
  }
}

Creator& Creators::creator(const std::string& name) {
  const auto open = open_.find(name);
  if (open != open_.end()) return open->second;
  const Connection connection = load_connection(platform_, name);
  return open_.try_emplace(name, platform_, connection, GivenSecrets{}).first->second;
}

}  // namespace itsmc::client
