// The products that the simulator can be.
#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "options.hpp"
#include "shared/product.hpp"

namespace itsmc::sim {

// One product: a directory NAME with a start.cpp that defines
//   ProductEntry itsmc::sim::NAME::entry();
// CMake makes the table from the directories.
struct ProductEntry {
  std::string_view name;
  std::span<const FaultName> (*fault_names)();
  // An instance filled as the options say. The bench outlives it. Throws std::runtime_error when an
  // option or a file cannot be read.
  std::unique_ptr<Product> (*start)(Bench& bench, const Options& options);
};

// By name.
std::span<const ProductEntry> products();
// nullptr when there is no such product.
const ProductEntry* find_product(std::string_view name);

}  // namespace itsmc::sim
