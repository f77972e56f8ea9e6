/** Players, charts, maps, editors and scenes: each holds listeners, timers, canvases or a GPU context until it is destroyed. */
import type { CatalogFile } from "../types.js";
import { members } from "./names.js";

export const widgets: CatalogFile = {
  language: "ts",
  pairs: [
    {
      key: "editor-or-chart",
      rule: "unclosed-connection",
      noun: "widget",
      acquire: [
        "monaco-editor.editor.create", "monaco-editor.editor.createDiffEditor", "monaco-editor.editor.createModel",
        "echarts.init", "echarts/core.init", "chart.js.Chart", "chart.js/auto.default", "chart.js.default", "mapbox-gl.Map", "mapbox-gl.default.Map", "maplibre-gl.Map", "maplibre-gl.default.Map", "leaflet.map",
        "@codemirror/view.EditorView", "ace-builds.edit", "ace-builds.default.edit", "brace.edit", "jsoneditor.default",
        "@xterm/xterm.Terminal", "xterm.Terminal", "@tiptap/core.Editor", "@tiptap/vue-3.Editor", "prosemirror-view.EditorView",
        "highcharts.chart", "highcharts.default.chart", "apexcharts.default", "uplot.default", "lightweight-charts.createChart", "vis-network.Network", "vis-timeline.Timeline", "cytoscape.default", "sigma.default",
        "@fullcalendar/core.Calendar", "ag-grid-community.createGrid", "ag-grid-community.Grid", "tabulator-tables.Tabulator", "handsontable.default",
        "flatpickr.default", "sortablejs.default", "sortablejs.default.create", "sortablejs.Sortable.create", "swiper.default", "swiper.Swiper", "tippy.js.default", "@popperjs/core.createPopper", "pikaday.default",
      ],
      release: ["#dispose", "#destroy", "#remove", "#kill"],
      source: "https://echarts.apache.org/en/api.html#echartsInstance.dispose",
    },
    {
      key: "media-player",
      rule: "unclosed-connection",
      noun: "player",
      acquire: [
        "video.js.default", "hls.js.default", "shaka-player.Player", "shaka-player.default.Player", "flv.js.default.createPlayer", "flv.js.createPlayer", "mpegts.js.default.createPlayer", "mpegts.js.createPlayer",
        "plyr.default", "clappr.Player", "@clappr/core.Player", "wavesurfer.js.default.create", "wavesurfer.js.create", "howler.Howl", "lottie-web.default.loadAnimation", "lottie-web.loadAnimation", "@rive-app/canvas.Rive",
      ],
      release: ["#dispose", "#destroy", "#unload", "#cleanup"],
      source: "https://github.com/video-dev/hls.js/blob/master/docs/API.md#hlsdestroy",
    },
    {
      key: "scene-renderer",
      rule: "unclosed-connection",
      noun: "WebGL renderer",
      acquire: ["three.WebGLRenderer", "three.WebGPURenderer", "pixi.js.Application", "pixi.js.Renderer", "phaser.Game", "phaser.default.Game", "@babylonjs/core.Engine", "babylonjs.Engine", "cesium.Viewer", "playcanvas.Application", "ogl.Renderer"],
      release: ["#dispose", "#destroy", "#forceContextLoss"],
      source: "https://threejs.org/manual/#en/how-to-dispose-of-objects",
    },
    {
      key: "scroll-animation",
      rule: "listener-leak",
      noun: "animation",
      acquire: [...members(["lenis", "@studio-freight/lenis", "locomotive-scroll"], "default"), "gsap.context", "gsap.default.context", "gsap.gsap.context"],
      release: ["#destroy", "#revert", "#kill"],
      source: "https://gsap.com/docs/v3/GSAP/gsap.context()",
    },
    {
      key: "pdf-document",
      rule: "unclosed-file",
      noun: "PDF document",
      acquire: members(["pdfjs-dist", "pdfjs-dist/legacy/build/pdf", "pdfjs-dist/build/pdf"], "getDocument"),
      release: ["#destroy", "#cleanup"],
      parts: ["promise"],
      ends: "collected",
      source: "https://mozilla.github.io/pdf.js/api/draft/module-pdfjsLib-PDFDocumentLoadingTask.html#destroy",
    },
  ],
};
