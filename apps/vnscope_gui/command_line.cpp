// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope_gui/command_line.hpp"

#include <charconv>
#include <ostream>
#include <string_view>
#include <utility>

#include "apps/reference/choice.hpp"
#include "apps/reference/cli11_model.hpp"
#include "apps/reference/parse.hpp"

namespace vnscope::gui {

namespace {

constexpr const char* kName = "vnscope-gui";
constexpr const char* kDescription =
    "Shows what vnscope found in a trace: every view of a store on one time axis.\n\n"
    "Without --screenshot it opens a window: on a store, or on traces, which `vnscope import` makes a store of first. "
    "Both may be given later by menu, or dropped.";
constexpr int kSmallest = 64;
constexpr int kLargest = 16384;

std::vector<reference::ExampleModel> examples()
{
    return {
        {"vnscope-gui run-1.vns", "look at a store"},
        {"vnscope-gui host-a/trace host-b/trace", "import the traces of two hosts as one session, and look at them"},
        {"vnscope-gui --screenshot bandwidth -o bandwidth.png run-1.vns",
         "make a picture of a view, without a display"},
        {"vnscope-gui --screenshot topology --size 3840x2160 --dark -o map.png run-1.vns",
         "the same for a large, dark screen"}};
}

std::vector<reference::ExitCodeModel> exitCodes()
{
    return {{static_cast<int>(ExitCode::Done), "done"},
            {static_cast<int>(ExitCode::Failed), "the store cannot be shown, or the picture not be written"},
            {static_cast<int>(ExitCode::Usage), "the command line makes no sense"}};
}

std::optional<int> parseSide(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isWhole = error == std::errc() && end == text.data() + text.size();
    return isWhole && value >= kSmallest && value <= kLargest ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<PictureSize> parsePictureSize(const std::string& text)
{
    const std::size_t times = text.find('x');
    if (times == std::string::npos)
        return std::nullopt;
    const auto width = parseSide(std::string_view(text).substr(0, times));
    const auto height = parseSide(std::string_view(text).substr(times + 1));
    return width && height ? std::optional(PictureSize{*width, *height}) : std::nullopt;
}

CommandLine::CommandLine(const std::vector<std::string>& views) : m_app(kDescription, kName)
{
    m_app.get_help_ptr()->description("Print this help and exit");
    m_app.set_version_flag("--version", std::string(kName) + " " + VNSCOPE_VERSION, "Print the version and exit");
    m_app.add_option("PATH", m_options.paths, "a store that `vnscope import` made, or traces to import together")
        ->type_name("");
    CLI::Option* screenshot = reference::addChoice(m_app, "--screenshot", m_options.view, views,
                                                   "Make a picture of this view instead of opening a window");
    CLI::Option* output =
        m_app.add_option("-o,--output", m_options.output, "The picture to write: .png or .svg")->type_name("FILE");
    screenshot->needs(output);
    output->needs(screenshot);
    m_app
        .add_option_function<std::string>(
            "--size",
            [this](const std::string& text) {
                const auto size = parsePictureSize(text);
                if (!size)
                    throw CLI::ValidationError("--size", "\"" + text + "\" is no size such as 1280x720 (64 to 16384)");
                m_options.size = *size;
            },
            "Pixels of the picture; default: 1280x720")
        ->type_name("WxH")
        ->needs(screenshot);
    m_app.add_flag("--dark", m_options.isDark, "Dark colours, whatever the desktop says");
    reference::addChoice(m_app, "--generate", m_options.generate, {"completion", "man"}, "for our own build")
        ->group("");
    m_app.footer(reference::examplesHelp(examples()) + "\n\n" + reference::exitCodesHelp(exitCodes()));
}

reference::ProgramModel CommandLine::model() const
{
    reference::ProgramModel program;
    program.name = kName;
    program.version = VNSCOPE_VERSION;
    program.date = VNSCOPE_RELEASE_DATE;
    program.summary = "look at virtual networks in a trace";
    program.paragraphs = reference::splitParagraphs(kDescription);
    const reference::Parameters parameters = reference::parametersOf(m_app);
    program.options = parameters.arguments;
    program.options.insert(program.options.end(), parameters.options.begin(), parameters.options.end());
    program.exitCodes = exitCodes();
    program.variables = {{"QT_QPA_PLATFORM", "how Qt shows windows; `offscreen` for none"}};
    program.examples = examples();
    program.seeAlso = {"vnscope(1)"};
    return program;
}

std::optional<ExitCode> CommandLine::parse(int argumentCount, const char* const* arguments, std::ostream& out,
                                           std::ostream& err)
{
    const std::optional<reference::ParseEnd> end = reference::parse(m_app, argumentCount, arguments, out, err);
    if (end)
        return *end == reference::ParseEnd::Answered ? ExitCode::Done : ExitCode::Usage;
    if (!m_options.view.empty() && m_options.paths.size() != 1) {
        err << kName << ": --screenshot needs one store\n";
        return ExitCode::Usage;
    }
    return std::nullopt;
}

} // namespace vnscope::gui
