/** Players, charts, maps, editors and scenes: each holds listeners, timers, canvases or a GPU context until it is destroyed. */
import type { CatalogFile } from "../types.js";
import { members } from "./names.js";

const CONTROLS = ["OrbitControls", "MapControls", "TrackballControls", "TransformControls", "PointerLockControls", "FlyControls", "FirstPersonControls", "DragControls", "ArcballControls"];

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
        "flatpickr.default", "sortablejs.default", "sortablejs.default.create", "sortablejs.Sortable.create", "swiper.default", "swiper.Swiper", "tippy.js.default", "@popperjs/core.createPopper", "popper.js.default", "pikaday.default",
        "@tiptap/react.Editor", "@tiptap/vue-2.Editor", "@toast-ui/editor.default", "@editorjs/editorjs.default", "grapesjs.init", "grapesjs.default.init",
        ...members(["ckeditor5", "@ckeditor/ckeditor5-editor-classic"], "ClassicEditor.create"), "@ckeditor/ckeditor5-build-classic.default.create",
        "fabric.Canvas", "fabric.fabric.Canvas", "fabric.StaticCanvas", "konva.Stage", "konva.default.Stage", "@antv/g6.Graph", "@antv/g6.default.Graph", "@antv/x6.Graph", "@antv/g2.Chart", "p5.default",
        "billboard.js.bb.generate", "c3.generate", "dygraphs.default", "@amcharts/amcharts5.Root.new", "@photo-sphere-viewer/core.Viewer",
        ...members(["@arcgis/core/views/MapView", "@arcgis/core/views/SceneView", "@arcgis/core/views/MapView.js", "@arcgis/core/views/SceneView.js"], "default"),
        "cropperjs.default", "@splidejs/splide.default", "@splidejs/splide.Splide", "embla-carousel.default", "keen-slider.default", "perfect-scrollbar.default", "overlayscrollbars.OverlayScrollbars",
        "gridstack.GridStack.init", "muuri.default", "dragula.default", "hammerjs.default", "hammerjs.Manager", "hammerjs.default.Manager",
      ],
      release: ["#dispose", "#destroy", "#remove", "#kill"],
      ofPage: true,
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
      acquire: ["three.WebGLRenderer", "three.WebGPURenderer", "pixi.js.Application", "pixi.js.Renderer", "phaser.Game", "phaser.default.Game", "@babylonjs/core.Engine", "babylonjs.Engine", "cesium.Viewer", "playcanvas.Application", "ogl.Renderer",
        "three/webgpu.WebGPURenderer", "@babylonjs/core/Engines/engine.Engine", "cesium.CesiumWidget", "@pixi/app.Application", "pixi.js-legacy.Application", "regl.default", "@deck.gl/core.Deck"],
      release: ["#dispose", "#destroy", "#forceContextLoss", "#finalize"],
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
    {
      // Its listeners are on the renderer's own canvas, and go with that.
      key: "camera-controls",
      rule: "listener-leak",
      noun: "controls",
      acquire: CONTROLS.flatMap((name) => [`three/examples/jsm/controls/${name}`, `three/examples/jsm/controls/${name}.js`, `three/addons/controls/${name}.js`, "three-stdlib"].map((module) => `${module}.${name}`)),
      release: ["#dispose"],
      ends: "collected",
      source: "https://threejs.org/docs/#examples/en/controls/OrbitControls.dispose",
    },
    {
      // No collector knows of the texture behind it.
      key: "render-target",
      rule: "unclosed-file",
      noun: "render target",
      acquire: members(["three"], "WebGLRenderTarget", "WebGLCubeRenderTarget", "WebGLMultipleRenderTargets"),
      release: ["#dispose"],
      source: "https://threejs.org/manual/#en/how-to-dispose-of-objects",
    },
    {
      key: "decoding-loader",
      rule: "executor-leak",
      noun: "decoder workers",
      acquire: ["DRACOLoader", "KTX2Loader"].flatMap((name) => [`three/examples/jsm/loaders/${name}`, `three/examples/jsm/loaders/${name}.js`, `three/addons/loaders/${name}.js`, "three-stdlib"].map((module) => `${module}.${name}`)),
      release: ["#dispose"],
      parts: ["setDecoderPath", "setDecoderConfig", "setTranscoderPath", "detectSupport", "setWorkerLimit"],
      sharedByDesign: true,
      source: "https://threejs.org/docs/#examples/en/loaders/DRACOLoader.dispose",
    },
    {
      key: "input-handler",
      rule: "listener-leak",
      noun: "input handler",
      acquire: ["cesium.ScreenSpaceEventHandler", "Cesium.ScreenSpaceEventHandler"],
      release: ["#destroy"],
      source: "https://cesium.com/learn/cesiumjs/ref-doc/ScreenSpaceEventHandler.html#destroy",
    },
    {
      key: "map-view",
      rule: "unclosed-connection",
      noun: "map",
      acquire: ["ol/Map.default", "ol/Map.js.default", "ol.Map"],
      release: ["#setTarget", "#dispose"],
      source: "https://openlayers.org/en/latest/apidoc/module-ol_Map-Map.html#setTarget",
    },
  ],
};
