"""What several people do together: members, links, reviews, and what happens in their projects.

    members/    roles and invitations
    links/      addresses that open one thing without a login
    reviews/    guests see an export, comment and decide
    presence/   who is in a work
    activity/   who did what
    user_events.py   what changes for a user, as a stream

Imports works, their exports and jobs. Who may do what is decided in access/.
"""
