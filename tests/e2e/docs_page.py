"""What a page of the documentation says of commands: its blocks, the lines that are typed, and
whether what it shows is what was printed.

    ```console
    $ itsmc sync run prod --quiet      # exit 0 unless said otherwise: "# exit 9"
    output as it is printed; "..." alone stands for any lines, at a line's end for its rest
    ```

What stands in `sh` blocks and calls itsmc in `yaml` and `cron` blocks is run as well.
A block opened as `console not-run` is not run; the story names the reason of each of its lines."""
import re

FENCE = re.compile(r"^( *)```(.*)$")
EXIT = re.compile(r"\s# exit (\d+)$")
# Blocks of these languages are files or requests; those of a pipeline are looked into.
SILENT = ("toml", "ini", "json", "text", "powershell", "kusto", "sql")
PIPELINE = ("yaml", "cron")
# What differs from run to run, in what is shown and in what is printed.
MASKS = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\d{4}-\d\d-\d\d", "<date>"),
    (r"\b\d\d:\d\d:\d\dZ", "<time of day>"),
    (r"\(request [^)]*\)", "(request <id>)"),
    (r"(?<=toml:)\d+", "<line>"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
    (r"\b[0-9a-f]{16,}\b", "<id>"),
    (r"\b\d+(\.\d+)?(ms|s)\b", "<span>"),
    (r"\b\d+ s apart", "<span> apart"),
    (r"\b\d+\.\d+\b", "<n>"),
    (r"(?<=highest: )\d+", "<n>"),
    (r"[▁▂▃▄▅▆▇█]+( *[▁▂▃▄▅▆▇█]+)*", "<bar>"),
    (r" +", " "),
]


class Command:
    def __init__(self, line, text, is_run=True):
        self.line, self.text, self.is_run = line, text, is_run
        self.shown, self.section = [], ""

    def exit(self):
        code = EXIT.search(self.text)
        return int(code.group(1)) if code else 0


def blocks(text):
    """(language, number of the first line, lines) of each fenced block."""
    found, inside = [], None
    for number, line in enumerate(text.split("\n"), 1):
        fence = FENCE.match(line)
        if fence and inside is None:
            inside = (fence.group(2).strip(), number + 1, [], len(fence.group(1)))
        elif fence:
            found.append(inside[:3])
            inside = None
        elif inside is not None:
            inside[2].append(line[inside[3]:])
    return found


def typed(first, lines, is_run):
    """The commands of a console block, each with what is shown below it."""
    commands = []
    going_on = False
    for number, line in enumerate(lines, first):
        if going_on:
            commands[-1].text += "\n" + line
        elif line.startswith("$ "):
            commands.append(Command(number, line[2:], is_run))
        elif commands:
            commands[-1].shown.append(line)
        else:
            raise ValueError("line %d: output before any command" % number)
        going_on = line.endswith("\\")
    return commands


def of_a_script(first, lines):
    """The commands of a block that stand without a prompt; comments are none."""
    commands = []
    going_on = False
    for number, line in enumerate(lines, first):
        if going_on:
            commands[-1].text += "\n" + line
        elif line.strip() and not line.startswith("#"):
            commands.append(Command(number, line))
        going_on = line.endswith("\\")
    return commands


def of_a_pipeline(first, lines):
    """The lines of a pipeline's file, or of a crontab, that call itsmc."""
    commands = []
    for number, line in enumerate(lines, first):
        called = re.match(r"^(?:[\s-]*(?:(?:run|script|bash): )?|(?:\S+ +){5})(itsmc .*)$", line)
        if called:
            commands.append(Command(number, called.group(1)))
    return commands


def commands_of(text):
    """Every command of a page in order; a block that is of no known kind is an error."""
    commands = []
    for language, first, lines in blocks(text):
        if language in ("console", "console not-run"):
            commands += typed(first, lines, language == "console")
        elif language == "sh":
            commands += of_a_script(first, lines)
        elif language in PIPELINE:
            commands += of_a_pipeline(first, lines)
        elif language not in SILENT:
            raise ValueError("line %d: a block of '%s': commands stand in console blocks"
                             % (first - 1, language))
    for command in commands:
        command.section = section_at(text, command.line)
    return commands


def section_at(text, number):
    """The heading that a line stands below."""
    above = [line for line in outside_of_blocks(text.split("\n")[:number]) if line.startswith("#")]
    return above[-1].lstrip("# ") if above else ""


def outside_of_blocks(lines):
    inside = False
    for line in lines:
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield line


def inline_commands(text):
    """What stands in backticks in the prose and calls itsmc."""
    prose = "\n".join(outside_of_blocks(text.split("\n")))
    return [" ".join(c.split()) for c in re.findall(r"`(itsmc [^`]*)`", prose)]


def masked(text):
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return text.strip()


def is_as_shown(shown, printed):
    """Whether the lines shown are those that were printed, but for what varies."""
    pattern = ""
    for line in map(masked, shown):
        if line == "...":
            pattern += r"(?:[^\n]*\n)*?"
        elif line.endswith("..."):
            pattern += re.escape(line[:-3]) + r"[^\n]*\n"
        else:
            pattern += re.escape(line) + "\n"
    lines = [masked(line) for line in printed.rstrip("\n").split("\n")]
    return re.fullmatch(pattern, "\n".join(lines) + "\n") is not None
