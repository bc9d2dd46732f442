"""How far footprints of a background database vary (C18): samples of them, and the analytic view."""
