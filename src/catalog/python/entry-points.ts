/**
 * How functions are run by something outside the program, and how often: web routes, workers, consumers, bots, hooks,
 * command lines, tests. Where frameworks share a decorator's name ("*.get"), one entry serves them all.
 */
import type { CatalogFile } from "../types.js";

const HTTP = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
/** Protocols of asyncio and Twisted, whose methods the transport calls. */
const PROTOCOLS = [
  "asyncio.Protocol", "asyncio.DatagramProtocol", "asyncio.BufferedProtocol", "asyncio.SubprocessProtocol",
  "twisted.internet.protocol.Protocol", "twisted.internet.protocol.DatagramProtocol", "twisted.protocols.basic.LineReceiver",
];

export const entryPoints: CatalogFile = {
  language: "python",
  entryPoints: [
    // Web: decorated routes. Flask, FastAPI, Starlette, Sanic, Quart, Bottle, aiohttp, Litestar, Robyn share these names.
    {
      context: "request",
      decorators: [...HTTP, "route", "api_route", "endpoint"].map((name) => `*.${name}`),
      // A path; `@profiler.trace("load")` and `@mock.patch("shop.load")` name something else.
      when: [{ argument: 0, matches: "^$|[/{<*]" }],
      noun: "route handler",
    },
    {
      context: "request",
      decorators: [
        ...HTTP.map((name) => `litestar.${name}`), ...HTTP.map((name) => `bottle.${name}`), "litestar.route", "bottle.route",
        "rest_framework.decorators.api_view", "rest_framework.decorators.action", "pyramid.view.view_config", "django.views.decorators.http.require_http_methods",
        "django.views.decorators.http.require_GET", "django.views.decorators.http.require_POST", "django.contrib.auth.decorators.login_required",
        "django.views.decorators.csrf.csrf_exempt", "falcon.before", "cherrypy.expose", "ninja.operation", "morepath.view",
      ],
      noun: "route handler",
    },
    {
      context: "request",
      decorators: ["*.websocket", "*.websocket_route", "litestar.websocket", "litestar.websocket_listener"],
      noun: "WebSocket handler",
    },
    {
      context: "request",
      decorators: [
        "*.before_request", "*.after_request", "*.teardown_request", "*.teardown_appcontext", "*.app_context_processor", "*.context_processor",
        "*.errorhandler", "*.exception_handler", "*.middleware", "*.before_app_request", "*.after_app_request", "*.url_value_preprocessor",
        "aiohttp.web.middleware", "*.on_request", "*.on_response",
      ],
      noun: "request hook",
    },
    {
      context: "request",
      callbacks: [
        "fastapi.Depends(0)", "fastapi.Security(0)", "fastapi.params.Depends(0)", "fastapi.Depends(dependency=)",
        "fastapi.BackgroundTasks#add_task(0)", "starlette.background.BackgroundTask(0)", "starlette.background.BackgroundTasks#add_task(0)", "*#add_task(0)",
      ],
      noun: "FastAPI dependency or background task",
    },
    {
      context: "request",
      callbacks: [
        "starlette.routing.Route(1)", "starlette.routing.Route(endpoint=)", "starlette.routing.WebSocketRoute(1)",
        "*#add_api_route(1)", "*#add_api_route(endpoint=)", "*#add_url_rule(2)", "*#add_url_rule(view_func=)", "*#add_websocket_route(1)",
        "django.urls.path(1)", "django.urls.re_path(1)", "django.urls.path(view=)", "django.urls.re_path(view=)", "django.conf.urls.url(1)",
        "aiohttp.web.get(1)", "aiohttp.web.post(1)", "aiohttp.web.put(1)", "aiohttp.web.patch(1)", "aiohttp.web.delete(1)", "aiohttp.web.head(1)",
        "aiohttp.web.view(1)", "aiohttp.web.route(2)", "*#add_get(1)", "*#add_post(1)", "*#add_put(1)", "*#add_patch(1)", "*#add_delete(1)",
        "aiohttp.web.UrlDispatcher#add_route(2)", "sanic.Sanic#add_route(0)", "*#add_view(0)",
      ],
      noun: "route handler",
    },
    {
      context: "request",
      bases: [
        "django.views.View", "django.views.generic.View", "django.views.generic.base.View", "django.views.generic.TemplateView", "django.views.generic.ListView",
        "django.views.generic.DetailView", "django.views.generic.FormView", "django.views.generic.CreateView", "django.views.generic.UpdateView",
        "django.views.generic.DeleteView", "django.views.generic.RedirectView", "rest_framework.views.APIView", "rest_framework.generics.GenericAPIView",
        "flask.views.View", "flask.views.MethodView", "flask_restful.Resource", "flask_restx.Resource", "flask_smorest.MethodView", "aiohttp.web.View",
        "starlette.endpoints.HTTPEndpoint", "sanic.views.HTTPMethodView", "tornado.web.RequestHandler", "tornado.web.StaticFileHandler", "litestar.Controller",
      ],
      methods: [
        ...HTTP, "dispatch", "dispatch_request", "prepare", "on_finish", "data_received", "get_queryset", "get_context_data", "get_object",
        "form_valid", "form_invalid", "render_to_response", "perform_create", "perform_update", "perform_destroy",
      ],
      noun: "view",
    },
    {
      context: "request",
      bases: [
        "rest_framework.viewsets.ViewSet", "rest_framework.viewsets.ModelViewSet", "rest_framework.viewsets.GenericViewSet", "rest_framework.viewsets.ReadOnlyModelViewSet",
        "rest_framework.generics.ListAPIView", "rest_framework.generics.CreateAPIView", "rest_framework.generics.RetrieveAPIView", "rest_framework.generics.ListCreateAPIView",
        "rest_framework.generics.RetrieveUpdateDestroyAPIView", "rest_framework.generics.UpdateAPIView", "rest_framework.generics.DestroyAPIView",
      ],
      methods: [
        ...HTTP, "list", "create", "retrieve", "update", "partial_update", "destroy", "get_queryset", "get_object", "get_serializer", "get_serializer_context",
        "filter_queryset", "perform_create", "perform_update", "perform_destroy", "initial", "dispatch",
      ],
      noun: "REST framework view",
    },
    {
      context: "request",
      bases: ["rest_framework.serializers.Serializer", "rest_framework.serializers.ModelSerializer", "django.contrib.admin.ModelAdmin", "django.forms.Form", "django.forms.ModelForm", "rest_framework.permissions.BasePermission"],
      methods: ["*"],
      noun: "request component",
    },
    {
      context: "request",
      bases: ["starlette.middleware.base.BaseHTTPMiddleware", "django.utils.deprecation.MiddlewareMixin", "litestar.middleware.AbstractMiddleware"],
      methods: ["dispatch", "__call__", "process_request", "process_response", "process_view", "process_exception"],
      noun: "middleware",
    },
    {
      // Names that mean this in any class: Django middleware, Falcon resources, http.server handlers, Twisted resources.
      context: "request",
      methods: [
        "process_request", "process_response", "process_view", "process_template_response",
        "do_GET", "do_POST", "do_PUT", "do_PATCH", "do_DELETE", "do_HEAD", "do_OPTIONS", "render_GET", "render_POST",
      ],
      noun: "request handler",
    },
    { context: "request", methods: ["on_get", "on_post", "on_put", "on_patch", "on_delete"], imports: ["falcon", "falcon.*"], noun: "request handler" },
    {
      context: "request",
      bases: ["socketserver.BaseRequestHandler", "socketserver.StreamRequestHandler", "socketserver.DatagramRequestHandler", "http.server.BaseHTTPRequestHandler", "http.server.SimpleHTTPRequestHandler"],
      methods: ["handle", "setup", "finish", "do_*"],
      noun: "request handler",
    },
    {
      context: "request",
      callbacks: [
        "asyncio.start_server(0)", "asyncio.start_server(client_connected_cb=)", "asyncio.start_unix_server(0)", "websockets.serve(0)",
        "websockets.server.serve(0)", "websockets.asyncio.server.serve(0)", "trio.serve_tcp(0)", "xmlrpc.server.SimpleXMLRPCServer#register_function(0)",
        "wsgiref.simple_server.make_server(2)",
      ],
      noun: "connection handler",
    },
    { context: "request", bases: ["*Servicer"], methods: ["*"], noun: "gRPC method" },
    {
      context: "request",
      decorators: ["strawberry.field", "strawberry.mutation", "strawberry.type.field", "ariadne.QueryType.field", "*.resolver", "*.mutation", "*.query"],
      noun: "GraphQL resolver",
    },
    { context: "request", exports: ["application", "app"], files: ["**/{wsgi,asgi}.py"], takes: [2, 3], noun: "WSGI or ASGI application" },
    // A factory of it, which a server calls when it starts: `gunicorn 'wsgi:app(debug=True)'`, `uvicorn --factory shop.main:create_app`.
    { context: "once", exports: ["application", "app"], files: ["**/{wsgi,asgi}.py"], noun: "factory of the application" },
    {
      context: "once", functions: "^(?:create|make|build|get)_(?:app|application|wsgi_app|asgi_app)$", files: ["**/*.py"],
      imports: ["flask", "quart", "fastapi", "starlette", "starlette.*", "aiohttp", "aiohttp.*", "sanic", "litestar", "bottle", "falcon", "falcon.*", "werkzeug", "werkzeug.*", "django", "django.*", "pyramid", "pyramid.*", "connexion"],
      noun: "factory of the application",
    },
    // Serverless.
    {
      context: "request",
      exports: ["lambda_handler"],
      noun: "Lambda handler",
    },
    { context: "request", exports: ["handler", "main"], files: ["**/{lambda_function,lambda_handler,function_app,cloud_function}.py"], noun: "function handler" },
    { context: "request", exports: ["handle"], files: ["**/handler.py"], noun: "function handler" },
    { context: "request", decorators: ["functions_framework.http", "functions_framework.cloud_event", "*.function_name", "aws_lambda_powertools.utilities.data_classes.event_source"], noun: "function handler" },
    // Start-up and shut-down run once for the process.
    {
      context: "once",
      decorators: ["*.on_event", "*.on_startup", "*.on_shutdown", "*.before_first_request", "*.before_server_start", "*.after_server_start", "*.main_process_start", "*.listener", "*.before_serving", "*.after_serving", "*.while_serving", "*.lifespan"],
      noun: "start-up or shut-down hook",
    },
    {
      context: "once",
      callbacks: ["fastapi.FastAPI(lifespan=)", "starlette.applications.Starlette(lifespan=)", "*#add_event_handler(1)", "*#register_shutdown_handler(0)", "atexit.register(0)"],
      noun: "start-up or shut-down hook",
    },
    { context: "once", functions: "^_*(?:[a-z_]+_)?lifespan$", imports: ["fastapi", "starlette", "contextlib"], noun: "start-up and shut-down hook" },
    { context: "once", bases: ["django.apps.AppConfig"], methods: ["ready"], noun: "Django start-up hook" },
    // What is open in a process ends with it, and this is all that the process does.
    {
      context: "once",
      callbacks: ["multiprocessing.Process", "multiprocessing.context.Process", "multiprocessing.process.BaseProcess", "multiprocessing.context.BaseContext#Process", "torch.multiprocessing.Process", "billiard.Process"].flatMap((made) => [`${made}(target=)`, `${made}(1)`]),
      noun: "work of a process of its own",
    },
    { context: "once", bases: ["multiprocessing.Process", "multiprocessing.context.Process", "multiprocessing.process.BaseProcess", "torch.multiprocessing.Process", "billiard.Process"], methods: ["run"], noun: "work of a process of its own" },
    // The one application object of a process.
    { context: "once", bases: ["kivy.app.App", "kivymd.app.MDApp"], methods: ["build", "build_config", "build_settings", "load_kv", "on_start"], noun: "application start" },
    { context: "once", bases: ["textual.app.App"], methods: ["compose", "on_mount", "on_load"], noun: "application start" },
    { context: "once", bases: ["toga.App", "toga.app.App"], methods: ["startup", "on_running"], noun: "application start" },
    { context: "once", bases: ["wx.App"], methods: ["OnInit"], noun: "application start" },
    { context: "once", bases: ["gi.repository.Gtk.Application", "gi.repository.Gio.Application", "gi.repository.Adw.Application"], methods: ["do_startup"], noun: "application start" },
    { context: "once", bases: ["django.core.management.base.BaseCommand", "django.core.management.BaseCommand"], methods: ["handle", "add_arguments"], noun: "management command" },
    { context: "once", callbacks: ["django.db.migrations.RunPython(0+)"], noun: "migration" },
    { context: "once", exports: ["upgrade", "downgrade"], files: ["**/versions/*.py"], noun: "migration" },
    // Command lines.
    {
      context: "once",
      decorators: ["click.command", "click.group", "typer.command", "*.command", "*.group", "invoke.task", "nox.session", "fire.decorators.SetParseFns", "hydra.main"],
      noun: "command",
    },
    { context: "once", exports: ["main", "cli"], noun: "main function" },
    { context: "once", callbacks: ["typer.run(0)", "fire.Fire(0)", "absl.app.run(0)", "curses.wrapper(0)", "twisted.internet.task.react(0)"], noun: "main function" },
    // Task queues and schedulers.
    {
      context: "event",
      decorators: [
        "celery.shared_task", "celery.task", "*.task", "*.shared_task", "*.periodic_task", "*.db_task", "*.db_periodic_task", "rq.decorators.job", "rq.job",
        "dramatiq.actor", "*.actor", "huey.task", "procrastinate.task", "django_rq.job", "django.tasks.task", "airflow.decorators.task", "airflow.sdk.task", "prefect.task",
        "prefect.flow", "dagster.op", "dagster.asset", "modal.function",
      ],
      noun: "background task",
    },
    { context: "event", bases: ["celery.Task", "celery.app.task.Task", "luigi.Task", "airflow.models.BaseOperator", "airflow.sensors.base.BaseSensorOperator"], methods: ["run", "execute", "poke", "on_success", "on_failure", "output"], noun: "background task" },
    { context: "event", callbacks: ["*#enqueue(0)", "*#enqueue_in(1)", "*#enqueue_at(1)", "airflow.operators.python.PythonOperator(python_callable=)", "arq.cron(0)", "arq.worker.func(0)"], noun: "background task" },
    {
      context: "event",
      decorators: ["*.scheduled_job", "*.cron", "*.cron_schedule", "schedule.repeat", "*.interval", "fastapi_utils.tasks.repeat_every", "*.repeat_every", "discord.ext.tasks.loop"],
      noun: "scheduled job",
    },
    {
      context: "event",
      callbacks: [
        "*#add_job(0)", "*#add_job(func=)", "*#do(0)", "tornado.ioloop.PeriodicCallback(0)", "twisted.internet.task.LoopingCall(0)",
        "kivy.clock.Clock.schedule_interval(0)", "pyglet.clock.schedule_interval(0)",
      ],
      noun: "scheduled job",
    },
    // Events: signals, listeners, consumers, bots, protocols.
    {
      context: "event",
      decorators: ["django.dispatch.receiver", "*.receiver", "*.connect_via", "sqlalchemy.event.listens_for", "*.listens_for", "*.on", "*.once", "*.event", "*.listens_to", "*.subscriber", "*.on_message", "*.agent", "*.subscribe", "*.consumer", "*.handler", "*.listen_to", "*.callback_query", "*.message", "*.message_handler", "*.callback_query_handler", "*.bot_event"],
      noun: "event handler",
    },
    {
      context: "event",
      decorators: ["discord.ext.commands.command", "discord.ext.commands.hybrid_command", "discord.app_commands.command", "*.hybrid_command", "*.slash_command", "*.user_command", "*.tree_command", "*.view_submission", "*.shortcut", "*.action_handler", "discord.ext.commands.Cog.listener"],
      noun: "bot command",
    },
    { context: "event", bases: ["discord.Client", "discord.ext.commands.Bot", "discord.ext.commands.Cog", "discord.ui.View"], methods: ["on_*"], noun: "bot event handler" },
    {
      context: "event",
      callbacks: [
        "telegram.ext.CommandHandler(1)", "telegram.ext.MessageHandler(1)", "telegram.ext.CallbackQueryHandler(0)", "telegram.ext.InlineQueryHandler(0)",
        "*#basic_consume(1)", "*#basic_consume(on_message_callback=)", "aio_pika.Queue#consume(0)", "nats.aio.client.Client#subscribe(cb=)",
        "paho.mqtt.client.Client#message_callback_add(1)", "google.cloud.pubsub_v1.SubscriberClient#subscribe(callback=)",
        "*#subscribe(1)", "*#on(1)", "*#add_listener(1)", "*#add_event_listener(1)", "sqlalchemy.event.listen(2)",
      ],
      noun: "event handler",
    },
    {
      context: "event",
      callbacks: ["asyncio.AbstractEventLoop#add_reader(1)", "asyncio.AbstractEventLoop#add_writer(1)", "asyncio.AbstractEventLoop#add_signal_handler(1)", "signal.signal(1)", "*#add_done_callback(0)"],
      noun: "event-loop callback",
    },
    // Receivers of signals: Django, blinker, PyDispatcher, Scrapy and Qt share the method's name.
    { context: "event", callbacks: ["*#connect(0)", "pydispatch.dispatcher.connect(0)", "scrapy.xlib.pydispatch.dispatcher.connect(0)"], noun: "signal receiver" },
    { context: "event", callbacks: ["tkinter.Misc#bind(1)", "*#bind_all(1)", "*#trace_add(1)", "gi.repository.GObject.Object#connect(1)"], noun: "interface callback" },
    { context: "event", bases: ["channels.generic.websocket.WebsocketConsumer", "channels.generic.websocket.AsyncWebsocketConsumer", "channels.generic.websocket.JsonWebsocketConsumer", "channels.generic.websocket.AsyncJsonWebsocketConsumer", "channels.consumer.AsyncConsumer", "channels.consumer.SyncConsumer"], methods: ["*"], noun: "WebSocket consumer" },
    { context: "event", bases: ["tornado.websocket.WebSocketHandler", "starlette.endpoints.WebSocketEndpoint"], methods: ["open", "on_*", "get"], noun: "WebSocket handler" },
    { context: "event", bases: ["watchdog.events.FileSystemEventHandler", "watchdog.events.PatternMatchingEventHandler", "watchdog.events.RegexMatchingEventHandler", "pyinotify.ProcessEvent"], methods: ["on_*", "dispatch", "process_*"], noun: "file event handler" },
    { context: "event", bases: PROTOCOLS, methods: ["data_received", "buffer_updated", "datagram_received", "pipe_data_received", "dataReceived", "datagramReceived", "lineReceived"], noun: "protocol callback" },
    // A factory makes one for each connection.
    { context: "event", bases: PROTOCOLS, methods: ["connection_made", "eof_received", "connectionMade"], perObject: true, noun: "protocol callback" },
    { context: "event", bases: ["scrapy.Spider", "scrapy.spiders.Spider", "scrapy.spiders.CrawlSpider"], methods: ["parse*", "start_requests"], noun: "spider callback" },
    { context: "event", methods: ["process_item"], files: ["**/pipelines.py", "**/pipelines/*.py"], noun: "item pipeline" },
    { context: "event", bases: ["html.parser.HTMLParser", "xml.sax.handler.ContentHandler", "xml.sax.ContentHandler"], methods: ["handle_*", "startElement", "endElement", "characters"], noun: "parser callback" },
    { context: "event", bases: ["logging.Handler", "logging.StreamHandler", "logging.Filter", "logging.Formatter"], methods: ["emit", "handle", "filter", "format"], noun: "log record handler" },
    { context: "event", decorators: ["streamlit.fragment", "streamlit.dialog", "dash.callback", "gradio.on"], noun: "interface callback" },
    { context: "event", bases: ["locust.HttpUser", "locust.FastHttpUser", "locust.User"], methods: ["on_start", "on_stop"], noun: "load test user" },
    // Tests.
    {
      context: "test",
      decorators: ["pytest.fixture", "pytest_asyncio.fixture", "pytest.mark.asyncio", "pytest.mark.parametrize", "hypothesis.given", "unittest.mock.patch"],
      noun: "test or fixture",
    },
    { context: "test", exports: ["test_*"], files: ["**/test_*.py", "**/*_test.py", "**/tests.py", "**/tests/**"], noun: "test" },
    {
      context: "test",
      bases: ["unittest.TestCase", "unittest.IsolatedAsyncioTestCase", "unittest.case.TestCase", "django.test.TestCase", "django.test.SimpleTestCase", "django.test.TransactionTestCase", "tornado.testing.AsyncTestCase", "tornado.testing.AsyncHTTPTestCase", "rest_framework.test.APITestCase", "twisted.trial.unittest.TestCase", "absl.testing.absltest.TestCase"],
      methods: ["*"],
      noun: "test case",
    },
    { context: "test", methods: ["test_*", "setUp", "tearDown", "setUpClass", "tearDownClass", "setup_method", "teardown_method", "asyncSetUp", "asyncTearDown"], files: ["**/test_*.py", "**/*_test.py", "**/tests.py", "**/tests/**"], noun: "test" },
    { context: "test", exports: ["pytest_*"], files: ["**/conftest.py"], noun: "pytest hook" },
  ],
};
