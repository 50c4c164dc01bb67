#pragma once

#include <memory>

namespace itsmc::partners {

/// What decoding a product's pages needs again for every page: the parser's memory, the order of
/// keys. One thread. `Memory` stays out of sight: the parser's layout depends on each file's own
/// compiler flags; the decoder's source has the whole of it.
template <class Memory>
class PageScratchOf {
 public:
  PageScratchOf();
  ~PageScratchOf();
  PageScratchOf(PageScratchOf&& other) noexcept;
  PageScratchOf& operator=(PageScratchOf&& other) noexcept;
  PageScratchOf(const PageScratchOf&) = delete;
  PageScratchOf& operator=(const PageScratchOf&) = delete;
  [[nodiscard]] Memory& memory() noexcept { return *memory_; }

 private:
  std::unique_ptr<Memory> memory_;
};

}  // namespace itsmc::partners
