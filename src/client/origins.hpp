#pragma once

#include "client/door.hpp"
#include "itsmc/client/connections.hpp"
#include "itsmc/store/store.hpp"

namespace itsmc::client {

[[nodiscard]] store::Origin origin_of(const Connection& connection);

/// Rows of the connection's name that came from another instance; absent: there are none.
[[nodiscard]] std::optional<OtherRows> other_rows(const store::Store& store,
                                                  const Connection& connection);

/// Error(usage) that says whose rows they are, with both ways on as its hint. Does not begin with
/// the connection's name.
[[nodiscard]] Error other_rows_error(const Connection& connection, const OtherRows& other);

/// The store, where there is one: a command that saves a connection opens it once.
[[nodiscard]] std::optional<store::Store> open_rows(const Platform& platform, store::OpenMode mode);

/// Whether it holds any under this name; a store that cannot be read is told of elsewhere.
[[nodiscard]] StoredRows stored_rows(const Platform& platform, const std::string& connection);

/// Throws other_rows_error where `saving` does not say what becomes of them.
void refuse_other_rows(const store::Store& store, const Connection& connection,
                       const Saving& saving);

/// For a store of an itsmc that kept no origins: its rows are `connection`'s.
void ensure_origin(store::Store& store, const Connection& connection);

/// After `connection` is saved: its rows are this instance's, or gone. Returns what went; absent:
/// nothing was to go.
std::optional<store::Purged> settle_rows(store::Store& store, const Connection& connection,
                                         const Saving& saving);

}  // namespace itsmc::client
