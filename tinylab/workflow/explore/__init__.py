"""What the takes of the open project show: checks of their content, facts and advice, the feature map."""
