"""Why something was refused, in Chinese and English: programmers of a channel have no page of ours to read it on."""

from collections.abc import Mapping

from server.errors import AppError, Invalid

REASONS: Mapping[str, tuple[str, str]] = {
    "required": ("必须填写", "must be given"),
    "type": ("类型不对，见文档", "is of another type than documented"),
    "unknown": ("没有这个字段，请核对字段名", "is no field of a record; check its name"),
    "too_long": ("太长，最多 {n}", "is too long: at most {n}"),
    "too_short": ("太短，至少 {n}", "is too short: at least {n}"),
    "range": ("超出范围：{said}", "is out of range: {said}"),
    "format": ("含有不允许的字符", "has characters that do not belong there"),
    "characters": ("含有控制字符", "has control characters"),
    "value": ("不是允许的值", "is not one of the allowed values"),
    "json": ("不是完整的 JSON（UTF-8）", "is not whole JSON in UTF-8"),
    "encoding": ("文件不是 UTF-8 或 GB18030 编码", "the file is neither UTF-8 nor GB18030"),
    "columns": ("表头缺少必需的列：ref、event，以及 applicant 或 respondent",
                "the head line lacks columns: ref, event, and applicant or respondent"),
    "too_many": ("行数太多，最多 {n} 行", "too many lines: at most {n}"),
    "repeated": ("重复出现", "is given twice"),
}  # fmt: skip
CODES: Mapping[str, tuple[str, str]] = {
    "unauthenticated": ("没有密钥，或密钥不对、已停用", "no key, or one that is unknown or was revoked"),
    "not_permitted": ("这个入口只认渠道密钥", "this door is for a channel's key only"),
    "not_found": ("这个渠道没有送过这个编号", "this channel has sent no such number"),
    "version_reused": ("这个版本号以前送过，内容不同；改了内容请加大 version",
                       "this version was sent before with another content; raise `version` for a change"),
    "too_large": ("内容太大，请分批发送", "too large; send it in parts"),
    "too_many": ("太快，请等 Retry-After 秒后重发", "too fast; send again after Retry-After seconds"),
    "too_slow": ("发送太慢，没有收完；请重发", "it did not arrive in time; send again"),
    "unavailable": ("暂时不能收，请稍后重发", "not possible just now; send again later"),
}  # fmt: skip


def explain(error: AppError) -> None:
    """Add `explained` to an error's data: for each field, or once for the whole, the reason in both languages."""
    error.data = {**error.data, "explained": explained(error)}


def explained(error: AppError) -> list[dict[str, str]]:
    """`{field, reason, zh, en}` for each field; `field` is "" for what concerns the whole."""
    if isinstance(error, Invalid):
        return [_one(field, reason) for field, reason in error.fields.items()]
    zh, en = CODES.get(error.code, (error.code, error.code))
    return [{"field": "", "reason": error.code, "zh": zh, "en": en}]


def _one(field: str, said: str) -> dict[str, str]:
    reason, _, n = said.partition(":")
    zh, en = REASONS.get(reason, (reason, reason))
    return {"field": field, "reason": reason, "zh": zh.format(n=n, said=n), "en": en.format(n=n, said=n)}
