"""The API's one table: what is served, for whom, and what the documentation says of it."""

from __future__ import annotations

import json

from aiohttp import web

from csbot.services import Services
from csbot.web.api import acts, conversations, openapi, understand
from csbot.web.api.answers import ConversationDetail, ConversationPage, Standing, Taken, Understood
from csbot.web.api.operation import Operation, Table
from csbot.web.api.problems import answered_in_json, respond
from csbot.web.api.requests import ListQuery, Nothing, Question, Words
from csbot.web.keys import SERVICES

BASE = "/api/v1"
DOCUMENT = "/openapi.json"

TABLE: Table = (
    Operation(
        name="listConversations",
        method="GET",
        path="/conversations",
        summary="List conversations",
        description="Waiting ones come in the order of the line (priority, then longest wait), others newest first.",
        takes=ListQuery,
        answers=ConversationPage,
        handle=conversations.list_conversations,
    ),
    Operation(
        name="showConversation",
        method="GET",
        path="/conversations/{id}",
        summary="Read one conversation",
        description="Its transcript in order of arrival, and the packet a person needs to go on with it.",
        takes=Nothing,
        answers=ConversationDetail,
        handle=conversations.show_conversation,
    ),
    Operation(
        name="claimConversation",
        method="POST",
        path="/conversations/{id}/claim",
        summary="Take a conversation",
        description="From the line or from the bot, which says nothing more in it. Of several who try at once one gets "
        "it; the others are told who. Taking what one holds already changes nothing.",
        takes=Nothing,
        answers=Standing,
        handle=acts.claim,
        conflicts=True,
    ),
    Operation(
        name="sendMessage",
        method="POST",
        path="/conversations/{id}/messages",
        summary="Say something to the customer",
        description="In the app the customer wrote from last. Only who holds the conversation may; claim it first. "
        "The transcript tells how far each part got.",
        takes=Words,
        answers=Taken,
        handle=acts.reply,
        conflicts=True,
    ),
    Operation(
        name="addNote",
        method="POST",
        path="/conversations/{id}/notes",
        summary="Leave a note",
        description="Between agents, whoever holds the conversation; the customer never sees it.",
        takes=Words,
        answers=Standing,
        handle=acts.note,
        conflicts=True,
    ),
    Operation(
        name="returnConversation",
        method="POST",
        path="/conversations/{id}/return",
        summary="Give a conversation back to the bot",
        description="From one's own hands or from the line; its place in the line is closed. What the customer wrote "
        "meanwhile was for a person and is not answered by the bot.",
        takes=Nothing,
        answers=Standing,
        handle=acts.give_back,
        conflicts=True,
    ),
    Operation(
        name="closeConversation",
        method="POST",
        path="/conversations/{id}/close",
        summary="End a conversation",
        description="One's own, or one nobody holds. The customer's next message opens another.",
        takes=Nothing,
        answers=Standing,
        handle=acts.close,
        conflicts=True,
    ),
    Operation(
        name="understand",
        method="POST",
        path="/understand",
        summary="See what the bot would make of a text",
        description="As the first words of a conversation, by the content published now. Nothing is said or written.",
        takes=Question,
        answers=Understood,
        handle=understand.understand,
    ),
)


def build(services: Services) -> web.Application:
    """The application that serves the table, to be mounted at BASE; its own description needs no token."""
    app = web.Application(middlewares=[answered_in_json])
    app[SERVICES] = services
    for row in TABLE:
        app.router.add_route(row.method, row.path, row.__call__)
    described = json.dumps(openapi.document(TABLE, base=BASE), ensure_ascii=False, indent=1)

    async def describe(request: web.Request) -> web.Response:
        return respond(200, described)

    app.router.add_get(DOCUMENT, describe)
    return app
