"""An attacker, who tries at a server's doors what attackers usually try."""
