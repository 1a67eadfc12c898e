"""Notion, as far as a CRM and reports need it."""

from dodam_sim.world.notion.account import Database, NotionAccount
from dodam_sim.world.notion.editing import Change
from dodam_sim.world.notion.service import Notion
from dodam_sim.world.notion.workspace import Block, Page, Workspace

__all__ = ["Block", "Change", "Database", "Notion", "NotionAccount", "Page", "Workspace"]
