"""HTTP doors of agreements signed by hand: file the scan, fetch print and scan. Printing is an act of the agreement."""

from server.agreements import by_hand, scans
from server.agreements.desk import load_desk
from server.agreements.rooms import announce
from server.agreements.view import agreement_view, paper_view
from server.agreements.wire import AgreementView
from server.errors import IllegalAct, Invalid, NotFound
from server.web.call import Call, Reply, known, staff
from server.web.routes import Routes

routes = Routes("agreements")


@routes.route(
    "POST", "/api/agreements/{id}/scan", request=bytes, consumes="application/pdf", response=AgreementView,
    permit=staff, limit=scans.LIMIT, queries=("signed_on",), errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def scan(call: Call[bytes]) -> AgreementView:
    """File the scan of an agreement signed by hand; it takes effect as of `signed_on`. PDF, JPEG or PNG."""
    agreement_id = call.path("id")
    await by_hand.file_scan(call.request.app, agreement_id, call.caller, call.body, call.query("signed_on"))
    async with call.db.reading() as tx:
        view = await agreement_view(call, tx, agreement_id)
    await announce(call.request.app, view.case_id, f"agreement:{agreement_id}")
    return view


@routes.route(
    "GET", "/api/agreements/{id}/paper/{what}", response=bytes, produces="application/pdf", permit=known,
    errors=(NotFound,),
)  # fmt: skip
async def paper_file(call: Call[None]) -> Reply:
    """The agreement as printed for signing by hand (`print`), or the scan of the signed paper (`scan`)."""
    async with call.db.reading() as tx:
        desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
        desk.seen_by(call.caller.id)
    kept = desk.agreement.paper
    if kept is None or paper_view(desk.agreement) is None:
        raise NotFound("file")
    found = {"print": ("application/pdf", kept.print_sha256), "scan": (kept.scan_type, kept.scan_sha256)}
    media_type, digest = found.get(call.path("what"), ("", ""))
    if not digest:
        raise NotFound("file")
    return Reply(await call.blobs.get(digest), media_type=media_type)
