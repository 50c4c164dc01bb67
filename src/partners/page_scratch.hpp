#pragma once

#include "itsmc/partners/page_scratch.hpp"

// For a decoder's source alone, which ends with
// template class itsmc::partners::PageScratchOf<itsmc::partners::servicenow::PageMemory>;

namespace itsmc::partners {

template <class Memory>
PageScratchOf<Memory>::PageScratchOf() : memory_(std::make_unique<Memory>()) {}
template <class Memory>
PageScratchOf<Memory>::~PageScratchOf() = default;
template <class Memory>
PageScratchOf<Memory>::PageScratchOf(PageScratchOf&&) noexcept = default;
template <class Memory>
PageScratchOf<Memory>& PageScratchOf<Memory>::operator=(PageScratchOf&&) noexcept = default;

}  // namespace itsmc::partners
