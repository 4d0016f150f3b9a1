"""The plots of RESULTS.md, as small SVG files whose text stays text."""

import os

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

COLOURS = ["#1b6ca8", "#d1782c", "#3b8a4d", "#8a5aa8"]
# The same bytes for the same figures.
matplotlib.rcParams.update(
    {"svg.fonttype": "none", "svg.hashsalt": "neardup", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
)


def draw(found, folder):
    os.makedirs(folder, exist_ok=True)
    if "generated" in found:
        stages(found, os.path.join(folder, "stages.svg"))
    if "growth" in found:
        growth(found["growth"]["growth"], os.path.join(folder, "growth.svg"))
    if "peers" in found:
        peers(found["peers"]["rows"], os.path.join(folder, "peers.svg"))


def stages(found, path):
    """Rates of all stages, a group of bars for each input."""
    names = [name for name in ("generated", "en_gutenberg", "ko_wiki", "ja_aozora") if name in found]
    kinds = ["read", "parse", "shingle", "sketch", "index", "check"]
    figure, axes = plt.subplots(figsize=(8, 3.4))
    width = 0.8 / len(names)
    for number, name in enumerate(names):
        rates = {row["stage"]: row["megabytes_per_second"] for row in found[name]["stages"]}
        places = [place + (number - (len(names) - 1) / 2) * width for place in range(len(kinds))]
        bars = axes.bar(places, [rates.get(kind, 0) for kind in kinds], width, label=name, color=COLOURS[number])
        axes.bar_label(bars, fmt="%.0f", fontsize=6)
    axes.set_xticks(range(len(kinds)), kinds)
    axes.set_yscale("log")
    axes.set_ylim(bottom=1)
    axes.set_ylabel("MB/s")
    axes.legend(frameon=False, ncols=len(names), loc="lower center", bbox_to_anchor=(0.5, 1))
    save(figure, path)


def growth(rows, path):
    """Time and bytes a document, memory, and latency, over the number of documents."""
    documents = [row["index"]["documents"] for row in rows]
    figure, ((time, disk), (memory, latency)) = plt.subplots(2, 2, figsize=(9, 5.6))
    time.plot(documents, [row["microseconds_per_document"] for row in rows], "o-", color=COLOURS[0])
    time.set_ylabel("µs a document to index")
    disk.plot(documents, [row["index"]["disk_bytes"] / row["index"]["documents"] for row in rows], "o-", color=COLOURS[1])
    disk.set_ylabel("bytes a document on disk")
    memory.plot(documents, [row["index"].get("peak_memory", 0) / 1e6 for row in rows], "o-", color=COLOURS[2])
    memory.set_ylabel("memory to index, MB")
    memory.set_yscale("log")
    for number, label in enumerate(["unseen", "unseen 4 kB", "known"]):
        for style, key in [("-", "p50_us"), ("--", "p99_us")]:
            figures = [row["latency"][number][key] for row in rows]
            latency.plot(documents, figures, "o" + style, markersize=3, color=COLOURS[number], label=f"{label} {key[:3]}")
    latency.set_yscale("log")
    latency.set_ylabel("µs a check")
    latency.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))
    for axes in (time, disk):
        axes.set_ylim(0, 1.15 * axes.get_ylim()[1])
    for axes in (time, disk, memory, latency):
        axes.set_xscale("log")
        axes.set_xlabel("documents")
    save(figure, path)


def peers(rows, path):
    """Speed and memory of everyone, end to end, with how much of the file each was given."""
    whole = [row for row in rows if row["mode"] == "whole"]
    names = [f"{row['peer']}, {row['bytes'] / 1e6:.0f} MB" for row in whole][::-1]
    figure, (speed, memory) = plt.subplots(1, 2, figsize=(9, 2.8), sharey=True)
    rates = speed.barh(names, [row["bytes"] / 1e6 / row["seconds"] for row in whole][::-1], color=COLOURS[0])
    speed.bar_label(rates, fmt="%.3g", fontsize=7, padding=2)
    speed.set_xscale("log")
    speed.set_xlim(left=0.01)
    speed.set_xlabel("end to end, MB/s")
    peaks = memory.barh(names, [row["peak_memory"] / 1e6 for row in whole][::-1], color=COLOURS[1])
    memory.bar_label(peaks, fmt="%.0f", fontsize=7, padding=2)
    memory.set_xlabel("peak memory, MB")
    save(figure, path)


def save(figure, path):
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
