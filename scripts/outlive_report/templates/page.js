// SPDX-License-Identifier: Apache-2.0
// What the page can do beyond being read: a readout under the pointer,
// copying a fingerprint, the other theme. Nothing depends on it.
"use strict";

function readoutText(series, bucket) {
    const first = bucket * series.width + 1;
    const last = first + series.width - 1;
    const lines = [
        first === last ? `iteration ${first}` : `iterations ${first}–${last}`];
    for (const [field, words] of [
        ["births", "born"], ["survivors", "survive"], ["live", "alive then"]]) {
        if (bucket in series[field]) {
            lines.push(`${series[field][bucket]} ${words}`);
        }
    }
    return lines.join("\n");
}

function followPointer(figure, readout) {
    const series = JSON.parse(figure.dataset.series);
    const left = Number(figure.dataset.left);
    const svg = figure.querySelector("svg");
    const cursor = svg.querySelector(".cursor");
    const right = Number(figure.dataset.right);
    svg.addEventListener("pointermove", (event) => {
        const box = svg.getBoundingClientRect();
        const x = (event.clientX - box.left) / box.width
            * svg.viewBox.baseVal.width;
        const buckets = series.survivors.length;
        const bucket = Math.floor((x - left) / (right - left) * buckets);
        if (bucket < 0 || bucket >= buckets) {
            return;
        }
        const at = left + (bucket + 0.5) / buckets * (right - left);
        cursor.setAttribute("x1", at);
        cursor.setAttribute("x2", at);
        cursor.style.visibility = "visible";
        readout.textContent = readoutText(series, bucket);
        readout.hidden = false;
        const room = document.documentElement.clientWidth
            - readout.offsetWidth - 8;
        readout.style.left = `${Math.min(event.clientX + 14, room)}px`;
        readout.style.top = `${event.clientY + 14}px`;
    });
    svg.addEventListener("pointerleave", () => {
        cursor.style.visibility = "hidden";
        readout.hidden = true;
    });
}

async function copy(button) {
    const text = button.dataset.copy;
    try {
        await navigator.clipboard.writeText(text);
        button.textContent = "copied";
        setTimeout(() => { button.textContent = text; }, 900);
    } catch {
        // No clipboard for a local file here: leave it selected instead.
        getSelection().selectAllChildren(button);
    }
}

function offerOtherTheme(button) {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    let theme = dark ? "dark" : "light";
    const show = () => {
        button.textContent = theme === "dark" ? "Light" : "Dark";
    };
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
        theme = theme === "dark" ? "light" : "dark";
        root.dataset.theme = theme;
        show();
    });
}

const readout = document.getElementById("readout");
for (const figure of document.querySelectorAll(".strip")) {
    followPointer(figure, readout);
}
for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", () => copy(button));
}
offerOtherTheme(document.getElementById("theme"));
