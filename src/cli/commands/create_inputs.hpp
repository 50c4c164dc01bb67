#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "itsmc/client/creation_input.hpp"

namespace itsmc::cli {

/// What `workitem create` was told.
struct CreateOptions {
  ItemDraft draft;
  std::string connection, type, from;
  std::vector<std::string> cis;
  bool dry_run = false;
  // Of alerts and log records.
  std::string from_alert, from_log, from_query, workspace, action, per, on_resolve;
};

/// Throws Error(usage) for options that exclude each other or need another.
void check_together(const CreateOptions& options);

/// Reads what the options name, and says in which connection each work item is made. What is
/// missing (the connection, the title of the one work item that the flags describe) is asked for on
/// a terminal. Throws Error: invalid elsewhere, naming all of it; usage, storage for a file that
/// cannot be read; what an action or a query says.
[[nodiscard]] std::vector<client::CreationInput> read_inputs(CreateOptions options,
                                                             Session& session);

}  // namespace itsmc::cli
