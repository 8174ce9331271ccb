// SPDX-License-Identifier: Apache-2.0
#include "topology/layout/dot_ids.hpp"

#include <map>
#include <string>
#include <utility>

namespace vnscope::topology::layout {
namespace {

/// The names of one graph. Kinds of objects (AGNODE, AGEDGE, ...) have names of their own.
struct Names {
    using Key = std::pair<int, std::string>;

    std::map<Key, IDTYPE> ids;
    std::map<IDTYPE, std::string> names;
    IDTYPE next = 1;
};

Names& namesOf(void* state)
{
    return *static_cast<Names*>(state);
}

/// Graphviz takes edges for one kind, whichever end it looks from.
int kindOf(int type)
{
    return type == AGINEDGE ? AGOUTEDGE : type;
}

void* openNames(Agraph_t* /*graph*/, Agdisc_t* /*discipline*/)
{
    return new Names;
}

long mapName(void* state, int type, char* name, IDTYPE* id, int isToBeMade)
{
    Names& names = namesOf(state);
    if (name == nullptr) {
        if (isToBeMade == 0)
            return 0;
        *id = names.next++;
        return 1;
    }
    const Names::Key key{kindOf(type), name};
    const auto known = names.ids.find(key);
    if (known != names.ids.end()) {
        *id = known->second;
        return 1;
    }
    if (isToBeMade == 0)
        return 0;
    *id = names.next++;
    names.ids.emplace(key, *id);
    names.names.emplace(*id, key.second);
    return 1;
}

/// Nobody asks for an id of a certain value here.
long allocate(void* /*state*/, int /*type*/, IDTYPE /*id*/)
{
    return 0;
}

void freeName(void* state, int type, IDTYPE id)
{
    Names& names = namesOf(state);
    const auto known = names.names.find(id);
    if (known == names.names.end())
        return;
    names.ids.erase({kindOf(type), known->second});
    names.names.erase(known);
}

char* printName(void* state, int /*type*/, IDTYPE id)
{
    Names& names = namesOf(state);
    const auto known = names.names.find(id);
    return known == names.names.end() ? nullptr : known->second.data();
}

void closeNames(void* state)
{
    delete static_cast<Names*>(state);
}

void registerObject(void* /*state*/, int /*type*/, void* /*object*/) {}

} // namespace

Agdisc_t* orderedIds()
{
    static Agiddisc_t ids{openNames, mapName, allocate, freeName, printName, closeNames, registerObject};
    static Agdisc_t discipline{&AgMemDisc, &ids, &AgIoDisc};
    return &discipline;
}

} // namespace vnscope::topology::layout
